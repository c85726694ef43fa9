// Finds the Encoding Object and the schema of a part of a form or of a multipart body: by its name, or by its position.

import { childNode, type DocumentNode, type DocumentSet, followReferences } from '../document/documents.ts';
import type { ApiSpec, Content } from './model.ts';

/** @param part the name of a field, or the index of a part that has none */
export function encodingAt(
  documents: DocumentSet,
  { node }: Pick<Content, 'node'>,
  part: string | number,
): DocumentNode | undefined {
  const member = (...steps: readonly (string | number)[]): DocumentNode | undefined => {
    let at: DocumentNode | undefined = node;
    for (const step of steps) at = at && followReferences(documents, childNode(at, step));
    return at;
  };
  return typeof part === 'string'
    ? member('encoding', part)
    : (member('prefixEncoding', part) ?? member('itemEncoding'));
}

/** A schema below another one, such as that of a property. */
export function partSchema(
  { documents }: ApiSpec,
  schema: DocumentNode | undefined,
  ...steps: readonly (string | number)[]
): DocumentNode | undefined {
  let at = followReferences(documents, schema);
  for (const step of steps) at = at && childNode(at, step);
  return followReferences(documents, at);
}
