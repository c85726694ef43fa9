// Lists the scenario files of folders: <folder>/<api>/*.yaml.
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describeFileError } from '../finding/file-error.ts';
import type { Finding } from '../finding/finding.ts';

/** The files in the order of their names, without hidden ones. Folders that cannot be read become findings. */
export async function listScenarioFiles(folders: readonly string[], findings: Finding[]): Promise<string[]> {
  const files: string[] = [];
  for (const folder of folders) {
    for (const api of await list(folder, findings)) {
      if (!api.isDirectory() && !api.isSymbolicLink()) continue;
      const apiFolder = path.join(folder, api.name);
      for (const entry of await list(apiFolder, findings, api.isSymbolicLink())) {
        if (!entry.isDirectory() && /\.ya?ml$/i.test(entry.name))
          files.push(path.join(apiFolder, entry.name));
      }
    }
  }
  return files;
}

/** Hidden files are those of editors and systems: locks, copies, attributes. */
async function list(folder: string, findings: Finding[], isLink = false): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter(({ name }) => !name.startsWith('.'))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    // A link beside the folders that leads to a file, or nowhere.
    if (isLink && ['ENOTDIR', 'ENOENT'].includes(`${(error as NodeJS.ErrnoException).code}`)) return [];
    findings.push(unreadableScenario(folder, error, 'folder'));
    return [];
  }
}

export function unreadableScenario(name: string, error: unknown, what: 'file' | 'folder' = 'file'): Finding {
  const message = `${name} cannot be read: ${describeFileError(error, what)}`;
  return { code: 'scenario-unreadable', message, at: '' };
}
