// Runs the request that the banner of "serve" suggests, as a shell does, for each document.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { absolute } from './documents.ts';
import { startWithBanner } from './server.ts';

/** @returns a line for each document whose request is missing or has no success, and one with the counts */
export async function tryBanners(files: readonly string[]): Promise<{ lines: string[]; failed: number }> {
  const lines: string[] = [];
  for (const [index, file] of files.entries()) {
    const problem = await tryBanner(absolute(file)).catch((error: unknown) => String(error).slice(0, 600));
    if (problem !== undefined) lines.push(`${file}: ${problem}`);
    if ((index + 1) % 25 === 0) console.error(`corpus: ${index + 1} of ${files.length} documents`);
  }
  return {
    lines: [...lines, `${files.length - lines.length} of ${files.length} succeeded`],
    failed: lines.length,
  };
}

async function tryBanner(file: string): Promise<string | undefined> {
  const { banner, stop } = await startWithBanner(file);
  try {
    const [, command] = /\nTry:\n +(curl .*)\n/.exec(banner) ?? [];
    if (command === undefined) return 'no request is suggested';
    const options = `--silent --show-error --max-time 30 --output /dev/null --write-out '%{http_code}'`;
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} ${options}`]);
    return /^2/.test(stdout) ? undefined : `${stdout} ${command.slice(0, 600)}`;
  } finally {
    await stop();
  }
}
