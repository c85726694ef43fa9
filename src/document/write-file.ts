// Replaces a file so that a full disk or an interruption keeps its previous content.
import { mkdir, mkdtemp, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a temporary file in the same folder and renames it. Creates missing folders; replaces the target of a symbolic link,
 * not the link.
 * @throws the error of node:fs; the previous file is kept
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const existing = await stat(file).catch(() => undefined);
  if (existing !== undefined && !existing.isFile()) {
    // Write into a pipe or a device instead of replacing it; writing to a folder fails.
    await writeFile(file, text);
    return;
  }
  const target = existing === undefined ? file : await realpath(file);
  // Two runs that write the same file do not mix: each has a folder of its own.
  const temporaryFolder = await mkdtemp(path.join(path.dirname(target), '.write-'));
  try {
    const temporaryFile = path.join(temporaryFolder, 'new');
    await writeFile(temporaryFile, text, { mode: (existing?.mode ?? 0o666) & 0o777 });
    await rename(temporaryFile, target);
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}
