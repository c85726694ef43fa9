// Caches parsed YAML files on disk, beside Node's compile cache. Reading from the cache takes a tenth of the parse time.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { packageManifest } from '../version.ts';
import type { ParseCache } from './parse.ts';

/** Milliseconds: whoever waits for a first answer is not to wait for this. */
const WRITE_DELAY = 500;

/**
 * The memory of one file; undefined where Node keeps no cache either (NODE_COMPILE_CACHE names its folder, and
 * NODE_DISABLE_COMPILE_CACHE=1 does without). A file that is not, or no longer, what was parsed is parsed again, and so is
 * every file after an update. There is one entry a file, so that edits leave nothing behind.
 */
export function parseCacheFor(file: string, cache = getCompileCacheDir()): ParseCache | undefined {
  if (cache === undefined) return undefined;
  const folder = path.join(cache, 'deadringer');
  const cacheFile = path.join(folder, `${digest(path.resolve(file))}.json`);
  return {
    get(text) {
      try {
        const cached = readFileSync(cacheFile, 'utf8');
        const end = cached.indexOf('\n');
        const json = cached.slice(end + 1);
        return cached.slice(0, end) === cacheHeader(text, json)
          ? { value: JSON.parse(json) as unknown }
          : undefined;
      } catch {
        // Not there, or not to be read: it is only the quicker way.
        return undefined;
      }
    },
    set(text, value) {
      // Now, because documents are edited after they were read.
      const json = JSON.stringify(value);
      // YAML knows values that JSON does not, and aliases may multiply what is written.
      if (json.length > 4 * text.length + 10_000 || !isDeepStrictEqual(JSON.parse(json), value)) return;
      setTimeout(
        () => void writeCacheFile(folder, cacheFile, `${cacheHeader(text, json)}\n${json}`).catch(() => {}),
        WRITE_DELAY,
      ).unref();
    },
  };
}

/** Written whole elsewhere first: others may read or write the entry at this moment. */
async function writeCacheFile(folder: string, cacheFile: string, content: string): Promise<void> {
  // Documents may be private, and scenarios hold credentials; the folder around may be everybody's.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporaryFolder = await mkdtemp(path.join(folder, 'new-'));
  try {
    await writeFile(path.join(temporaryFolder, 'entry'), content, { mode: 0o600 });
    await rename(path.join(temporaryFolder, 'entry'), cacheFile);
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}

/** What an entry begins with: for which text it was made, by which version, and that it is whole. */
function cacheHeader(text: string, json: string): string {
  return digest(JSON.stringify([digest(text), digest(json), packageManifest()]));
}

function digest(text: string): string {
  return hash('sha256', text);
}
