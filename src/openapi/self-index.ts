// Finds which of the given documents has a URI as its `$self` (OpenAPI 3.2), for references by that URI.

import { selfUri } from '../document/identifiers.ts';
import { isParseFailure } from '../document/parse.ts';
import type { DocumentFile } from './find-documents.ts';
import { mentionsSelf, type ReadOptions, readDocument, toUri } from './read-files.ts';

/** Reads the documents when it is first asked: most documents have no `$self`. A file that cannot be read is reported elsewhere. */
export function createSelfIndex(
  files: readonly DocumentFile[],
  options: Pick<ReadOptions, 'relativeTo' | 'onRead'>,
): NonNullable<ReadOptions['fileOfSelf']> {
  let index: Promise<ReadonlyMap<string, string>> | undefined;
  return async self => {
    index ??= readSelfUris(files, options);
    return (await index).get(self);
  };
}

async function readSelfUris(
  files: readonly DocumentFile[],
  options: Pick<ReadOptions, 'relativeTo' | 'onRead'>,
): Promise<ReadonlyMap<string, string>> {
  const index = new Map<string, string>();
  for (const uri of files.map(({ file }) => toUri(file))) {
    if (!(await mentionsSelf(uri, options))) continue;
    const source = await readDocument(uri, options);
    const self =
      typeof source === 'string' || isParseFailure(source) ? undefined : selfUri(uri, source.value);
    if (self !== undefined && !index.has(self)) index.set(self, uri);
  }
  return index;
}
