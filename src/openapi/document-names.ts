// The names of APIs: given as "name=file", else the name of the file, else that of its folder.

import path from 'node:path';

/** The option that loads the file as the API of this name. */
export function toDocumentSource(name: string, file: string): string {
  return nameOfFile(file) === name ? file : `${name}=${file}`;
}

/** Whether a URL can begin with the name: "~" begins a session, "__" the control API. */
export function isApiName(name: string): boolean {
  return /^(?!__)[^~.\s/\\=\p{Cc}][^/\\=\p{Cc}]*$/u.test(name);
}

/** A document and the name of its API. */
export interface NamedFile {
  readonly name: string;
  readonly file: string;
}

/**
 * The name of a file without extension. If an earlier document has it, as with many files "openapi.yaml", the folder is the
 * name, with as many parents as make it distinct: names do not change when documents are added at the end.
 * @param given all documents with a name from the user
 * @param shown the file as messages name it
 * @returns what is wrong, if no name can be chosen
 */
export function chooseName(
  file: string,
  loaded: readonly NamedFile[],
  given: readonly NamedFile[],
  shown: (file: string) => string,
): { readonly name: string } | { readonly problem: string } {
  const name = nameOfFile(file);
  const remedy = `rename one of the files, or name the API: --specs <name>=${shown(file)}`;
  const holder = [...given, ...loaded].find(other => other.name === name);
  if (holder === undefined) return { name };
  if (path.resolve(holder.file) === path.resolve(file))
    return { problem: `${shown(file)} is named twice; remove one` };
  const folders = path.dirname(path.resolve(file)).split(path.sep).filter(isApiName);
  if (!given.includes(holder) && path.dirname(path.resolve(holder.file)) !== path.dirname(path.resolve(file)))
    for (let count = 1; count <= folders.length; count++) {
      const byFolder = folders.slice(-count).join('-');
      if (![...given, ...loaded].some(other => other.name === byFolder)) return { name: byFolder };
    }
  return { problem: `the API name "${name}" is already used by ${shown(holder.file)}; ${remedy}` };
}

function nameOfFile(file: string): string {
  return path.basename(file).replace(/(\.openapi|\.postman_collection)?\.(ya?ml|json)$/i, '');
}
