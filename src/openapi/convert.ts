// Converts documents of other formats to OpenAPI 3.0 in memory. Their nodes are located in the files that the user wrote.
import type { ParsedFile } from '../document/parse.ts';
import type { Finding } from '../finding/finding.ts';
import { documentKind, SWAGGER_2 } from './document-kind.ts';

/**
 * Converts a document by its kind.
 * @param readAll reads the document and every file that its references lead to
 * @returns the files that replace those that were read, by URI; none for an OpenAPI document
 */
export async function convertDocument(
  uri: string,
  root: ParsedFile,
  readAll: () => Promise<ReadonlyMap<string, ParsedFile>>,
  findings: Finding[],
): Promise<ReadonlyMap<string, ParsedFile>> {
  if (documentKind(root.value).format !== SWAGGER_2) return new Map();
  // Only those who have such documents wait for this import.
  const { convertSwagger } = await import('./swagger/document.ts');
  return convertSwagger(uri, await readAll(), findings);
}
