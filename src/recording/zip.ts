// Recordings in zip archives, with the bodies beside them that Playwright puts there. Nothing is ever extracted to disk.
import type { Buffer } from 'node:buffer';
import { type Entry, fromBufferPromise, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { InputError } from '../finding/input-error.ts';
import { readWholeStream } from './byte-stream.ts';
import { type ByteStream, DamagedInputError, ENTRY_LIMIT, type ReadAttachment } from './model.ts';

interface ArchiveMember {
  /** Within the archive, as "traces/har.har". */
  readonly name: string;
  /** Bytes it takes in the archive. */
  readonly size: number;
  read(): ByteStream;
}

export interface Archive {
  /** Its recordings, by name: HAR files where there are any, because other files then are their attachments. */
  readonly recordings: readonly ArchiveMember[];
  readonly readAttachment: ReadAttachment;
  close(): void;
}

/** Names of files that may hold a recording; the content decides whether they do. */
export const RECORDING_NAME = /\.(?:har|ndjson|jsonl|json|ya?ml)(?:\.gz)?$/i;

/** More members than any recording has: their names alone would fill memory. */
const MAX_MEMBERS = 1_000_000;

/**
 * @param file as it is to be named in messages
 * @param from a path, or the archive itself
 * @throws InputError when it cannot be read, with the reason
 */
export async function openArchive(file: string, from: string | Buffer): Promise<Archive> {
  // Names stay bytes for yauzl, which would refuse the whole archive for a name like "../x"; nothing is extracted.
  const options = { autoClose: false, decodeStrings: false };
  let zip: ZipFile | undefined;
  try {
    zip = await (typeof from === 'string' ? openPromise(from, options) : fromBufferPromise(from, options));
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
  // Bodies that a HAR has beside it are named by their hash.
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
        // A damaged attachment is a body that was not recorded; its entry is still good.
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

/** yauzl holds the unpacked size to what the archive says, so a bomb is at most as large as it claims to be. */
async function* readMember(zip: ZipFile, entry: Entry): ByteStream & AsyncGenerator<Uint8Array> {
  try {
    yield* await zip.openReadStreamPromise(entry);
  } catch (error) {
    throw new DamagedInputError(`its data in the archive is damaged (${(error as Error).message})`);
  }
}
