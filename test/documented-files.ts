// The files that a page of the documentation shows: blocks whose first line is a comment with a path, such as "// tests/a.spec.ts".
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes them into the folder as they are. Returns their paths.
 * @param section the heading above them; default: the whole page
 */
export function writeDocumentedFiles(page: string, folder: string, section?: string): string[] {
  const blocks = textOf(page, section).matchAll(/^```\w+\n((?:\/\/|#) ([\w./-]+\.\w+)\n[\s\S]*?)^```$/gm);
  return [...blocks].map(([, text = '', file = '']) => {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    return file;
  });
}

/** The command lines of the page that contain the words. */
export function documentedCommands(page: string, words: string): string[] {
  const blocks = textOf(page).matchAll(/^```sh\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, text = '']) => text.split('\n').filter(line => line.includes(words)));
}

function textOf(page: string, section?: string): string {
  const text = readFileSync(page, 'utf8');
  if (section === undefined) return text;
  const [, part] = text.split(new RegExp(`^## ${section}$`, 'm'));
  if (part === undefined) throw new Error(`${page} has no section "${section}"`);
  return part.split(/^## /m)[0] as string;
}
