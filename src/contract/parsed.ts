// What YAML files were found to say, kept beside Node's own cache of compiled code: reading them again takes a tenth of the time.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Remembered } from '../finding/locate.ts';
import { manifest } from '../version.ts';

/** Milliseconds: whoever waits for a first answer is not to wait for this. */
const LATER = 500;

/**
 * The memory of one file; undefined where Node keeps no cache either (NODE_COMPILE_CACHE names its folder, and
 * NODE_DISABLE_COMPILE_CACHE=1 does without). A file that is not, or no longer, what was parsed is parsed again, and so is
 * every file after an update. There is one entry a file, so that edits leave nothing behind.
 */
export function rememberedOf(file: string, cache = getCompileCacheDir()): Remembered | undefined {
  if (cache === undefined) return undefined;
  const folder = path.join(cache, 'deadringer');
  const entry = path.join(folder, `${digest(path.resolve(file))}.json`);
  return {
    recall(text) {
      try {
        const kept = readFileSync(entry, 'utf8');
        const end = kept.indexOf('\n');
        const json = kept.slice(end + 1);
        return kept.slice(0, end) === seal(text, json) ? { value: JSON.parse(json) as unknown } : undefined;
      } catch {
        // Not there, or not to be read: it is only the quicker way.
        return undefined;
      }
    },
    remember(text, value) {
      // Now, because documents are edited after they were read.
      const json = JSON.stringify(value);
      // YAML knows values that JSON does not, and aliases may multiply what is written.
      if (json.length > 4 * text.length + 10_000 || !isDeepStrictEqual(JSON.parse(json), value)) return;
      setTimeout(
        () => void keep(folder, entry, `${seal(text, json)}\n${json}`).catch(() => {}),
        LATER,
      ).unref();
    },
  };
}

/** Written whole elsewhere first: others may read or write the entry at this moment. */
async function keep(folder: string, entry: string, whole: string): Promise<void> {
  // Documents may be private, and scenarios hold credentials; the folder around may be everybody's.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const apart = await mkdtemp(path.join(folder, 'new-'));
  try {
    await writeFile(path.join(apart, 'entry'), whole, { mode: 0o600 });
    await rename(path.join(apart, 'entry'), entry);
  } finally {
    await rm(apart, { recursive: true, force: true });
  }
}

/** What an entry begins with: for which text it was made, by which version, and that it is whole. */
function seal(text: string, json: string): string {
  return digest(JSON.stringify([digest(text), digest(json), manifest()]));
}

function digest(text: string): string {
  return hash('sha256', text);
}
