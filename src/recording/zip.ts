// Reads recordings and attachments from zip archives. Extracts nothing to disk.
import type { Buffer } from 'node:buffer';
import { type Entry, fromBufferPromise, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { InputError } from '../finding/input-error.ts';
import { readWholeStream } from './byte-stream.ts';
import { type ByteStream, DamagedInputError, ENTRY_LIMIT, type ReadAttachment } from './model.ts';

interface ArchiveMember {
  /** The path in the archive, such as "traces/har.har". */
  readonly name: string;
  /** Compressed size in bytes. */
  readonly size: number;
  read(): ByteStream;
}

export interface Archive {
  /** The recordings, sorted by name. When there are HAR files, files named by a hash are their attachments. */
  readonly recordings: readonly ArchiveMember[];
  readonly readAttachment: ReadAttachment;
  close(): void;
}

/** Names of files that may be recordings; the content decides. */
export const RECORDING_NAME = /\.(?:har|ndjson|jsonl|json|ya?ml)(?:\.gz)?$/i;

/** Maximum number of members; the names of more would fill the memory. */
const MAX_MEMBERS = 1_000_000;

/**
 * @param file the name for messages
 * @param source a path, or the bytes of the archive
 * @throws InputError with the reason when it cannot be read
 */
export async function openArchive(file: string, source: string | Buffer): Promise<Archive> {
  // Without decodeStrings yauzl accepts names like "../x", which are harmless because nothing is extracted.
  const options = { autoClose: false, decodeStrings: false };
  let zip: ZipFile | undefined;
  try {
    zip = await (typeof source === 'string'
      ? openPromise(source, options)
      : fromBufferPromise(source, options));
    const entries = await entriesOf(zip);
    return archiveOf(file, zip, entries);
  } catch (error) {
    zip?.close();
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${file} is not a readable zip archive: ${(error as Error).message}. Pack it again.`,
    );
  }
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_MEMBERS) throw new Error(`it has more than ${MAX_MEMBERS} members`);
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
    entries.set(getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false), entry);
  }
  return entries;
}

function archiveOf(file: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>): Archive {
  // macOS puts a shadow of each file beside it.
  const candidates = [...entries.keys()].filter(
    name => RECORDING_NAME.test(name) && !/(?:^|\/)(?:__MACOSX\/|\._)/.test(name),
  );
  const harNames = candidates.filter(name => /\.har(?:\.gz)?$/i.test(name));
  // Playwright names attachments by their hash.
  const recordingNames = candidates.filter(
    name => harNames.length === 0 || !/(?:^|\/)[0-9a-f]{40}\.[^/]*$/.test(name),
  );
  const recordings = recordingNames.sort().map(name => {
    const entry = entries.get(name) as Entry;
    const reason = unsupportedReason(entry);
    if (reason !== undefined)
      throw new InputError(`${file}/${name} ${reason}. Create it again as a plain zip.`);
    return { name, size: entry.compressedSize, read: () => readMember(zip, entry) };
  });
  return {
    recordings,
    close: () => zip.close(),
    async readAttachment(name) {
      const entry = entries.get(name);
      if (
        entry === undefined ||
        unsupportedReason(entry) !== undefined ||
        entry.uncompressedSize > ENTRY_LIMIT
      ) {
        return undefined;
      }
      try {
        return await readWholeStream(readMember(zip, entry), ENTRY_LIMIT);
      } catch (error) {
        // A damaged attachment counts as a body that was not recorded; the entry is still valid.
        if (error instanceof DamagedInputError) return undefined;
        throw error;
      }
    },
  };
}

function unsupportedReason(entry: Entry): string | undefined {
  if (entry.isEncrypted()) return 'is encrypted';
  return entry.canDecodeFileData() ? undefined : 'uses an unknown compression method';
}

/** yauzl stops at the size that the archive declares, so a decompression bomb cannot exceed it. */
async function* readMember(zip: ZipFile, entry: Entry): ByteStream & AsyncGenerator<Uint8Array> {
  try {
    yield* await zip.openReadStreamPromise(entry);
  } catch (error) {
    throw new DamagedInputError(`its data in the archive is damaged (${(error as Error).message})`);
  }
}
