// Finds the files of documents: those that the user names, and those of folders.
import { type Dirent, existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { describeFileError } from '../finding/file-error.ts';
import type { Finding } from '../finding/finding.ts';
import { isApiName } from './document-names.ts';

/** Hidden files are those of editors and systems: locks, copies, attributes. */
function mayBeDocument(entry: Dirent): boolean {
  return /^[^.].*\.(ya?ml|json)$/i.test(entry.name) && !entry.isDirectory();
}

/** A file to load as a document. */
export interface DocumentFile {
  readonly file: string;
  /** The name of the API that the user gave; undefined: none. */
  readonly name?: string;
  /** True: the user named the file. False: it is in a folder that the user named, and need not be a document. */
  readonly named: boolean;
}

export interface DocumentSource {
  /** Undefined: the name of the file is that of the API. */
  readonly name: string | undefined;
  /** A file or a folder. */
  readonly path: string;
}

/** Reads "petstore=specs/api.yaml", or a path. A path that exists is a path, whatever is in it. */
export function parseDocumentSource(text: string): DocumentSource {
  const [, name, file] = /^([^=/\\]+)=(.+)$/s.exec(text) ?? [];
  return name === undefined || file === undefined || existsSync(text)
    ? { name: undefined, path: text }
    : { name, path: file };
}

/**
 * Lists the given files, and the *.yaml, *.yml and *.json of the given folders, sorted by name.
 * @param sources paths, or "name=file"
 */
export async function findDocumentFiles(
  sources: readonly string[],
  findings: Finding[],
): Promise<DocumentFile[]> {
  const files: DocumentFile[] = [];
  for (const { name, path: inputPath } of sources.map(parseDocumentSource)) {
    const report = (message: string): void => void findings.push({ code: 'spec-invalid', message, at: '' });
    if (name !== undefined && !isApiName(name))
      report(
        `"${name}" cannot be the name of an API: it must not begin with "~", "__", "." or a blank, or contain "\\"; choose another for ${inputPath}`,
      );
    try {
      if ((await stat(inputPath)).isDirectory()) {
        if (name !== undefined)
          report(`${inputPath} is a folder, and "${name}" names one API; give a name to each file instead`);
        const names = (await readdir(inputPath, { withFileTypes: true }))
          .filter(mayBeDocument)
          .map(entry => entry.name);
        files.push(...names.sort().map(name => ({ file: path.join(inputPath, name), named: false })));
      } else {
        files.push({ file: inputPath, named: true, ...(name !== undefined && { name }) });
      }
    } catch (error) {
      findings.push(unreadableFinding(inputPath, error));
    }
  }
  return files;
}

function unreadableFinding(file: string, error: unknown): Finding {
  return { code: 'spec-unreadable', message: `${file} cannot be read: ${describeFileError(error)}`, at: '' };
}
