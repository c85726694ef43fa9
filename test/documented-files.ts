// The files that a page of the documentation shows: blocks whose first line is a comment with a path, such as "// tests/a.spec.ts".
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes them into the folder as they are. Returns their paths. */
export function writeDocumentedFiles(page: string, folder: string): string[] {
  const blocks = readFileSync(page, 'utf8').matchAll(
    /^```\w+\n((?:\/\/|#) ([\w./-]+\.\w+)\n[\s\S]*?)^```$/gm,
  );
  return [...blocks].map(([, text = '', file = '']) => {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    return file;
  });
}

/** The command lines of the page that contain the words. */
export function documentedCommands(page: string, words: string): string[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, text = '']) => text.split('\n').filter(line => line.includes(words)));
}
