// The versions of OpenAPI by whose rules documents are read, and the dialects of their schemas.

import type { DocumentSet } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';

/** 3.0 has schemas of its own, 3.1 and 3.2 those of JSON Schema 2020-12. Swagger 2.0 is converted to 3.0. */
export type OpenApiVersion = '3.0' | '3.1' | '3.2';

/** The `jsonSchemaDialect` of a document if it is not supported; otherwise undefined. */
export function unsupportedDialect(documents: DocumentSet, uri: string): string | undefined {
  const { value } = documents.root(uri);
  const dialect = isObject(value) ? value.jsonSchemaDialect : undefined;
  if (typeof dialect !== 'string') return undefined;
  return SUPPORTED_DIALECT.test(dialect) ? undefined : dialect;
}

const SUPPORTED_DIALECT =
  /^https:\/\/(spec\.openapis\.org\/oas\/3\.[12]\/dialect\/.+|json-schema\.org\/draft\/2020-12\/schema#?)$/;
