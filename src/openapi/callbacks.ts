// Reads what an API sends: the callbacks of its operations, and its webhooks.

import { childNode, type DocumentNode, stringMember } from '../document/documents.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { ApiSpec, Callback, Operation, Webhook } from './model.ts';
import { type ExpressionText, parseExpressionText } from './runtime-expression.ts';

/** What reads the parts of a document, and reports those that cannot be read. */
export interface SentRequestReader {
  /** The members of an object, not dereferenced, without extensions. */
  map(declared: DocumentNode | undefined, what: string): [string, DocumentNode][];
  /** @param path of all operations of the path item */
  pathItem(name: string, declared: DocumentNode, path: string): Operation[];
  reportAt(code: FindingCode, node: DocumentNode, message: string): void;
}

/** Documents of OpenAPI 3.0 declare them as `x-webhooks`. */
export function readWebhooks({ root }: ApiSpec, reader: SentRequestReader): Webhook[] {
  return ['webhooks', 'x-webhooks'].flatMap(key =>
    reader
      .map(childNode(root, key), `"${key}"`)
      .flatMap(([name, item]) => readSentRequests(name, item, '', reader)),
  );
}

/** One that cannot be read is reported, and left out. */
export function readCallbacks(operation: DocumentNode, reader: SentRequestReader): Callback[] {
  return reader.map(childNode(operation, 'callbacks'), '"callbacks"').flatMap(([name, declared]) =>
    reader.map(declared, 'a callback').flatMap(([key, item]) => {
      const url = readUrl(key, item, reader);
      return url === undefined
        ? []
        : readSentRequests(name, item, key, reader).map(sent => ({ ...sent, url }));
    }),
  );
}

/** The key of a path item of a callback. */
function readUrl(key: string, item: DocumentNode, reader: SentRequestReader): ExpressionText | undefined {
  const url = parseExpressionText(key);
  if ('pieces' in url && (typeof url.pieces[0] === 'object' || /^https?:\/\//i.test(key))) return url;
  const subject = 'invalid' in url ? url.invalid : key;
  const message = `the key of a callback is its URL, and "${subject}" is neither one nor a runtime expression, such as {$request.body#/callbackUrl}`;
  reader.reportAt('spec-operation', item, message);
  return undefined;
}

/** Only their own security counts: that of the document is about requests to the API. */
function readSentRequests(
  name: string,
  item: DocumentNode,
  url: string,
  reader: SentRequestReader,
): Webhook[] {
  const variables = [...url.matchAll(/\{[^{}$][^{}]*\}/g)].map(([variable]) => variable);
  return reader
    .pathItem(name, item, `/${variables.join('/')}`)
    .filter(({ unusable }) => unusable === undefined)
    .map(operation => ({
      name,
      operation: {
        ...operation,
        id: stringMember(operation.node, 'operationId') ?? name,
        security: childNode(operation.node, 'security') === undefined ? [] : operation.security,
      },
    }));
}
