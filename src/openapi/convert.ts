// Converts documents of other formats to OpenAPI 3.0 in memory. Their nodes are located in the files that the user wrote.
import type { ParsedFile } from '../document/parse.ts';
import type { Finding } from '../finding/finding.ts';
import { documentKind, POSTMAN_COLLECTION, SWAGGER_2 } from './document-kind.ts';

/** Whether a node is part of an example: the files that examples name are read later. */
export type IsExample = (pointer: string) => boolean;

/** The example of a response in Swagger 2.0, by media type. */
const SWAGGER_EXAMPLE = /(?:^|\/responses\/[^/]+)\/examples\/[^/]+~1/;

/**
 * Converts a document by its kind.
 * @param readAll reads the document and every file that its references lead to, other than those in examples
 * @param provenance as in LoadOptions
 * @returns the files that replace those that were read, by URI; none for an OpenAPI document
 */
export async function convertDocument(
  uri: string,
  root: ParsedFile,
  readAll: (isExample: IsExample) => Promise<ReadonlyMap<string, ParsedFile>>,
  provenance: readonly string[] | undefined,
  findings: Finding[],
): Promise<ReadonlyMap<string, ParsedFile>> {
  const { format = '', version } = documentKind(root.value);
  // Only those who have such documents wait for these imports.
  if (format.startsWith(POSTMAN_COLLECTION) && version !== undefined) {
    const { convertCollection } = await import('./postman/document.ts');
    return convertCollection(uri, root, provenance?.includes('inferred') !== false, findings);
  }
  if (format !== SWAGGER_2) return new Map();
  const { convertSwagger } = await import('./swagger/document.ts');
  return convertSwagger(uri, await readAll(pointer => SWAGGER_EXAMPLE.test(pointer)), findings);
}
