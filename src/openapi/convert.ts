// Converts documents of other formats to OpenAPI 3.0 in memory. Their nodes are located in the files that the user wrote.
import type { ParsedFile } from '../document/parse.ts';
import type { Finding } from '../finding/finding.ts';

/**
 * Converts a document by its kind.
 * @param readAll reads the document and every file that its references lead to
 * @returns the files that replace those that were read, by URI; none for an OpenAPI document
 */
export async function convertDocument(
  _uri: string,
  _root: ParsedFile,
  _readAll: () => Promise<ReadonlyMap<string, ParsedFile>>,
  _findings: Finding[],
): Promise<ReadonlyMap<string, ParsedFile>> {
  return new Map();
}
