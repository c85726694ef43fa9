// Writes the saved responses of an operation as its declared responses: by status, with examples that have their names.
import { childNode, type DocumentNode } from '../../document/documents.ts';
import type { Headers } from '../../exchange/exchange.ts';
import { isCommonHeader, isSignificantHeader } from '../../exchange/header-names.ts';
import { isJson, parseMediaType } from '../../exchange/media-type.ts';
import { isSecretName } from '../../exchange/secrets.ts';
import { countOf, stringOf } from '../../recording/json-values.ts';
import { RAW_TYPES, readPostmanHeaders } from '../../recording/postman.ts';
import { type BodySample, isText, readJsonTemplate, writeContent } from './body-samples.ts';
import { type FillText, membersAt, nameAt, type PostmanConversion, quoteName } from './conversion.ts';

/** A saved response that can be used. */
export interface SavedResponse {
  readonly node: DocumentNode;
  readonly name: string;
  readonly status: number;
  readonly headers: Headers;
  /** Undefined: it has no body. */
  readonly body: BodySample | undefined;
}

/** @returns undefined if the response cannot be used, which is reported */
export function readSavedResponseNode(
  conversion: PostmanConversion,
  node: DocumentNode,
  fill: FillText,
): SavedResponse | undefined {
  const { code, header, body, _postman_previewlanguage: language } = membersAt(node);
  const shown = nameAt(conversion, node);
  const status = countOf(code) ?? 0;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    const message = `the saved response ${quoteName(shown)} has no status code of a final response: it is not used`;
    conversion.report('spec-operation', node, message);
    return undefined;
  }
  const headers = readPostmanHeaders(header, fill);
  const text = typeof body === 'object' && body !== null ? JSON.stringify(body) : (stringOf(body) ?? '');
  const response = { node, name: shown, status, headers };
  if (text === '' || status === 204 || status === 205 || status === 304)
    return { ...response, body: undefined };
  const at = childNode(node, 'body') ?? node;
  const read = readJsonTemplate(conversion, text, fill);
  const declared = parseMediaType(headers['content-type']?.[0] ?? '')?.essence;
  const mediaType =
    declared ??
    RAW_TYPES.get(stringOf(language)?.toLowerCase()) ??
    (read === undefined ? 'text/plain' : 'application/json');
  const sample = { mediaType, name: shown, node: at };
  if (isJson(mediaType)) {
    if (read === undefined)
      conversion.report(
        'spec-example',
        at,
        `the body of the saved response ${quoteName(shown)} is no ${mediaType}, or is nested too deeply: it is not used`,
      );
    return { ...response, body: { ...sample, value: undefined, isComplete: false, ...read } };
  }
  const isComplete = isText(mediaType);
  return { ...response, body: { ...sample, value: conversion.mask.text(fill(text)), isComplete } };
}

/** @param operation the item, for an operation without saved responses */
export function writeResponses(
  conversion: PostmanConversion,
  saved: readonly SavedResponse[],
  operation: DocumentNode,
): object {
  if (saved.length === 0) {
    const description = 'No response is saved in the collection: any response is valid.';
    return conversion.from(operation, { default: conversion.from(operation, { description }) });
  }
  const byStatus = Map.groupBy(saved, ({ status }) => String(status));
  const responses = [...byStatus].map(([status, ofStatus]) => [status, writeResponse(conversion, ofStatus)]);
  return conversion.from(operation, Object.fromEntries(responses));
}

function writeResponse(conversion: PostmanConversion, saved: readonly SavedResponse[]): object {
  const [{ node, name }] = saved as readonly [SavedResponse];
  const bodies = saved.flatMap(({ body }) => (body === undefined ? [] : [body]));
  const content = writeContent(conversion, bodies, () => true);
  const headers = writeHeaders(conversion, saved);
  const { status } = membersAt(node);
  return conversion.from(node, {
    description: name || stringOf(status) || 'A saved response.',
    ...(headers !== undefined && { headers }),
    ...(bodies.length > 0 && { content: conversion.from(node, content) }),
  });
}

/** Fields that clients act on, and those of the API. Fields of servers, caches and gateways are not declared. */
function writeHeaders(conversion: PostmanConversion, saved: readonly SavedResponse[]): object | undefined {
  const headers = new Map<string, object>();
  for (const { headers: fields, node } of saved) {
    for (const [name, [value = ''] = []] of Object.entries(fields)) {
      const isDeclared = isSignificantHeader(name) || name === 'etag' || !isCommonHeader(name);
      if (!isDeclared || isSecretName(name) || headers.has(name)) continue;
      const at = childNode(node, 'header') ?? node;
      const example = value.includes('{{') ? undefined : conversion.mask.text(value);
      const schema = conversion.from(at, { type: 'string' });
      headers.set(name, conversion.from(at, { schema, ...(example !== undefined && { example }) }));
    }
  }
  const [first] = saved;
  return headers.size === 0 || first === undefined
    ? undefined
    : conversion.from(first.node, Object.fromEntries(headers));
}
