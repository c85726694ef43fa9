// Reports fields of OpenAPI 3.2 in a document of an earlier version, where they have no meaning.

import { childNode, type DocumentNode } from '../document/documents.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { OpenApiVersion } from '../schema/openapi-version.ts';

/** The fields that OpenAPI 3.2 added to an object, without those that only describe. */
const NEWER = {
  document: ['$self'],
  components: ['mediaTypes'],
  'path item': ['query', 'additionalOperations'],
  'media type': ['itemSchema', 'prefixEncoding', 'itemEncoding'],
  example: ['dataValue', 'serializedValue'],
  discriminator: ['defaultMapping'],
  xml: ['nodeType'],
} as const;

/** Objects whose newer fields are read in every version. */
const USED: ReadonlySet<string> = new Set(['discriminator', 'xml']);

/** Reports something about a node of a document. */
export type ReportNode = (code: FindingCode, node: Omit<DocumentNode, 'value'>, message: string) => void;

export type NewerKind = keyof typeof NEWER;

export function reportNewerFields(
  version: OpenApiVersion,
  kind: NewerKind,
  node: DocumentNode | undefined,
  report: ReportNode,
): void {
  if (version === '3.2' || node === undefined) return;
  for (const field of NEWER[kind]) {
    const member = childNode(node, field);
    if (member !== undefined)
      report(
        'spec-version',
        member,
        `"${field}" needs OpenAPI 3.2${USED.has(kind) ? '' : ' and is ignored'}; write "openapi: 3.2.0"`,
      );
  }
}
