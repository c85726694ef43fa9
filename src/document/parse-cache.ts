// Caches parsed YAML files on disk, beside Node's compile cache. Reading from the cache takes a tenth of the parse time.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseExactJson, writeExactJson } from '../exchange/exact-json.ts';
import { packageManifest } from '../version.ts';
import type { ParseCache } from './parse.ts';

/** Delays writing, so that it does not slow down the first response. */
const WRITE_DELAY_MS = 500;

/**
 * The cache entry of one file; undefined if Node's compile cache is off (NODE_COMPILE_CACHE sets its folder,
 * NODE_DISABLE_COMPILE_CACHE=1 turns it off). A file that has changed is parsed again, and so is every file after an update
 * of this package. Each file has one entry, so that edits leave no old entries behind.
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
        return cached.slice(0, end) === cacheHeader(text, json) ? { value: parseExactJson(json) } : undefined;
      } catch {
        // Missing or unreadable: the file is parsed instead.
        return undefined;
      }
    },
    set(text, value) {
      // Serialize now: the value is modified after parsing.
      const json = writeExactJson(value);
      // YAML has values that JSON does not have, and aliases may multiply the size.
      if (json.length > 4 * text.length + 10_000 || !isDeepStrictEqual(JSON.parse(json), value)) return;
      setTimeout(
        () => void writeCacheFile(folder, cacheFile, `${cacheHeader(text, json)}\n${json}`).catch(() => {}),
        WRITE_DELAY_MS,
      ).unref();
    },
  };
}

/** Writes a temporary file and renames it: other processes may read or write the entry at the same time. */
async function writeCacheFile(folder: string, cacheFile: string, content: string): Promise<void> {
  // Documents may be private and scenarios contain credentials, and the parent folder may be shared with other users.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporaryFolder = await mkdtemp(path.join(folder, 'new-'));
  try {
    await writeFile(path.join(temporaryFolder, 'entry'), content, { mode: 0o600 });
    await rename(path.join(temporaryFolder, 'entry'), cacheFile);
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}

/** The first line of an entry. It fits one text, one version of this package, and a complete entry. */
function cacheHeader(text: string, json: string): string {
  return digest(JSON.stringify([digest(text), digest(json), packageManifest()]));
}

function digest(text: string): string {
  return hash('sha256', text);
}
