// Recordings in zip archives, with the bodies beside them that Playwright puts there. Nothing is ever extracted to disk.
import type { Buffer } from 'node:buffer';
import { type Entry, fromBufferPromise, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { InputError } from '../finding/input-error.ts';
import { type Attached, type Bytes, DamagedInput, ENTRY_LIMIT } from './input.ts';
import { collect } from './stream.ts';

interface Member {
  /** Within the archive, as "traces/har.har". */
  readonly name: string;
  /** Bytes it takes in the archive. */
  readonly size: number;
  read(): Bytes;
}

export interface Archive {
  /** Its recordings, by name: HAR files where there are any, because other files then are their attachments. */
  readonly recordings: readonly Member[];
  readonly attached: Attached;
  close(): void;
}

/** Names of files that may hold a recording; the content decides whether they do. */
export const RECORDING = /\.(?:har|ndjson|jsonl|json|ya?ml)(?:\.gz)?$/i;

/** More members than any recording has: their names alone would fill memory. */
const MOST_MEMBERS = 1_000_000;

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
      `${file} is no zip archive that can be read: ${(error as Error).message}. Pack it again.`,
    );
  }
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MOST_MEMBERS) throw new Error(`it has more than ${MOST_MEMBERS} members`);
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
    name => RECORDING.test(name) && !/(?:^|\/)(?:__MACOSX\/|\._)/.test(name),
  );
  const hars = candidates.filter(name => /\.har(?:\.gz)?$/i.test(name));
  // Bodies that a HAR has beside it are named by their hash.
  const own = candidates.filter(name => hars.length === 0 || !/(?:^|\/)[0-9a-f]{40}\.[^/]*$/.test(name));
  const recordings = own.sort().map(name => {
    const entry = entries.get(name) as Entry;
    const hindrance = hindranceOf(entry);
    if (hindrance !== undefined)
      throw new InputError(`${file}/${name} ${hindrance}. Pack it again as a plain zip.`);
    return { name, size: entry.compressedSize, read: () => readMember(zip, entry) };
  });
  return {
    recordings,
    close: () => zip.close(),
    async attached(name) {
      const entry = entries.get(name);
      if (entry === undefined || hindranceOf(entry) !== undefined || entry.uncompressedSize > ENTRY_LIMIT) {
        return undefined;
      }
      try {
        return await collect(readMember(zip, entry), ENTRY_LIMIT);
      } catch (error) {
        // A damaged attachment is a body that was not recorded; its entry is still good.
        if (error instanceof DamagedInput) return undefined;
        throw error;
      }
    },
  };
}

function hindranceOf(entry: Entry): string | undefined {
  if (entry.isEncrypted()) return 'is encrypted';
  return entry.canDecodeFileData() ? undefined : 'is packed by a method that is not known';
}

/** yauzl holds the unpacked size to what the archive says, so a bomb is at most as large as it claims to be. */
async function* readMember(zip: ZipFile, entry: Entry): Bytes & AsyncGenerator<Uint8Array> {
  try {
    yield* await zip.openReadStreamPromise(entry);
  } catch (error) {
    throw new DamagedInput(`its data in the archive is damaged (${(error as Error).message})`);
  }
}
