// Finds the Encoding Object and the schema of a part of a form or of a multipart body: by its name, or by its position.

import { childNode, type DocumentNode, followReferences } from '../document/documents.ts';
import type { ApiSpec, Content } from './model.ts';

/** @param part the name of a field, or the index of a part that has none */
export function encodingAt(
  { documents, version }: Pick<ApiSpec, 'documents' | 'version'>,
  { node }: Pick<Content, 'node'>,
  part: string | number,
): DocumentNode | undefined {
  const member = (...steps: readonly (string | number)[]): DocumentNode | undefined => {
    let at: DocumentNode | undefined = node;
    for (const step of steps) at = at && followReferences(documents, childNode(at, step));
    return at;
  };
  if (typeof part === 'string') return member('encoding', part);
  return version === '3.2' ? (member('prefixEncoding', part) ?? member('itemEncoding')) : undefined;
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
