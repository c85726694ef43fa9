// Creates the response of an operation: negotiates status and media type, and takes the body from an example or generates it.
import { Buffer } from 'node:buffer';
import { childNode } from '../../document/documents.ts';
import { digitsOf, setDigits, writeExactJson } from '../../exchange/exact-json.ts';
import { EMPTY_BODY, type Response } from '../../exchange/exchange.ts';
import { FIELD_NAME } from '../../exchange/header-names.ts';
import { isObject } from '../../exchange/json.ts';
import { jsonPointer, splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import { acceptableTypes, closestMediaType, isJson, parseMediaType } from '../../exchange/media-type.ts';
import { formatLocation } from '../../finding/finding.ts';
import { type Content, type Example, type Operation, responseFor } from '../../openapi/model.ts';
import { typeHintsOf } from '../../schema/type-hints.ts';
import { type Problem, unusableProblem } from '../problem.ts';
import { generateValue, type ResponseValue } from './generate.ts';
import { type NegotiationResult, negotiateWithoutPrism } from './negotiate.ts';
import { negotiateWithPrism } from './prism.ts';

/** Selects a declared response. */
export interface ResponseSelection {
  /** Undefined: the success response. */
  readonly status: number | undefined;
  /** Name of an example; undefined: the first. */
  readonly example: string | undefined;
  /** The Accept header. */
  readonly accept: string | undefined;
  /** Set: generate the body from the schema with this seed. */
  readonly seed: string | undefined;
}

export type ResponseOrProblem = { readonly response: Response } | { readonly problem: Problem };

/** Rejects a status or example that the document does not declare: Prism would silently select another one. */
export async function createResponse(
  operation: Operation,
  selection: ResponseSelection,
): Promise<ResponseOrProblem> {
  const declared =
    selection.status === undefined ? operation.successResponse : responseFor(operation, selection.status);
  const cause = operation.unusable ?? declared?.unusable;
  if (cause !== undefined) return { problem: unusableProblem(cause) };
  if (declared === undefined) return { problem: undeclaredStatusProblem(operation, selection.status) };
  if (selection.example !== undefined) {
    const exampleNames = declared.contents
      .flatMap(({ examples }) => examples.map(({ name }) => name))
      .filter(name => name !== '');
    if (!exampleNames.includes(selection.example))
      return {
        problem: undeclaredExampleProblem(operation, declared.status, selection.example, exampleNames),
      };
  }
  const { seed, ...input } = selection;
  const result =
    negotiateWithoutPrism(operation, declared, input) ?? (await negotiateWithPrism(operation, input));
  if ('failure' in result) {
    const offered = declared.contents.map(({ mediaType }) => mediaType);
    const excluded = offered.length > 0 && acceptableTypes(selection.accept, offered).length === 0;
    if (result.failure === 'NOT_ACCEPTABLE' || excluded)
      return { problem: notAcceptableProblem(operation, declared) };
    if (selection.example !== undefined)
      return { problem: otherMediaTypeProblem(operation, declared, selection.example) };
    return { problem: { code: 'nothing-to-say', detail: `${operation.id}: ${result.reason}` } };
  }
  // Prism falls back to another response if the selected one has no acceptable media type.
  if (selection.status !== undefined && result.status !== selection.status)
    return { problem: notAcceptableProblem(operation, declared) };

  const mediaType = result.mediaType === undefined ? undefined : parseMediaType(result.mediaType);
  const content = mediaType && closestMediaType(declared.contents, mediaType);
  const body = await bodyOf(operation, content, result.example, selection);
  const headers: Record<string, string[]> = {};
  for (const [name, value] of await headerValues(operation, result)) {
    // The body is sent without a content coding, whatever the document declares.
    if (value === null || value === undefined || name.toLowerCase() === 'content-encoding') continue;
    const text = serializeHeader(value);
    if (!FIELD_NAME.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      const detail = `${operation.id}: the response header "${name}" of status ${result.status} cannot be sent: HTTP does not allow this name or value`;
      const hint = 'give the header an example of one line of Latin-1 text';
      return { problem: { code: 'not-renderable', detail, hint } };
    }
    headers[name.toLowerCase()] = [text];
  }
  const bodiless = result.status === 204 || result.status === 304;
  if (body === undefined || bodiless)
    return { response: { status: result.status, headers, body: EMPTY_BODY } };
  const bytes = serializeBody(operation, content, mediaType?.essence ?? '', body);
  if (bytes === undefined) {
    const detail = `${operation.id}: the example body of status ${result.status} is not a string and cannot be serialized as ${result.mediaType}`;
    return {
      problem: {
        code: 'not-renderable',
        detail,
        hint: 'write the example as a string with the exact text of the body',
      },
    };
  }
  // "*/*" is a valid key in the document, but not a media type.
  if (result.mediaType !== undefined)
    headers['content-type'] = [result.mediaType.replace('*/*', 'text/plain')];
  return { response: { status: result.status, headers, body: bytes } };
}

/** The value of the body: an example of the response, or a generated one. */
async function bodyOf(
  operation: Operation,
  content: Content | undefined,
  example: Example | undefined,
  { seed, example: requested }: ResponseSelection,
): Promise<ResponseValue | undefined> {
  const isGenerated = example === undefined || (seed !== undefined && requested === undefined);
  if (isGenerated && content?.schema !== undefined) {
    const options = { seed: seed ?? operation.id, dynamic: seed !== undefined };
    return generateValue(operation.api, content.schema, options);
  }
  if (example === undefined) return undefined;
  const { uri, pointer } = example.node;
  const steps = splitPointer(pointer);
  const holder = valueAt(operation.api.documents.root(uri).value, jsonPointer(...steps.slice(0, -1)));
  const body: ResponseValue = [example.value];
  const digits = isObject(holder) ? digitsOf(holder, steps.at(-1) ?? '') : undefined;
  if (digits !== undefined) setDigits(body, 0, digits);
  return body;
}

/** The fields of the response: those that Prism adds, and the declared ones. */
async function headerValues(
  operation: Operation,
  { status, headers }: Extract<NegotiationResult, { readonly status: number }>,
): Promise<[string, unknown][]> {
  const values = Object.entries(headers);
  for (const { name, node, schema } of responseFor(operation, status)?.headers ?? []) {
    const { documents } = operation.api;
    const named = documents.members(childNode(node, 'examples'), () => {})[0]?.[1];
    const example = childNode(node, 'example') ?? (named && childNode(named, 'value'));
    if (example !== undefined) values.push([name, example.value]);
    else if (schema !== undefined) {
      const options = { seed: `${operation.id} ${name}`, dynamic: false };
      const [value] = await generateValue(operation.api, schema, options);
      if (typeof value === 'string' || typeof value === 'number') values.push([name, value]);
    }
  }
  return values;
}

/** @returns undefined if the value cannot be serialized in the media type */
function serializeBody(
  operation: Operation,
  content: Content | undefined,
  essence: string,
  holder: ResponseValue,
): Uint8Array | undefined {
  const [body] = holder;
  if (typeof body === 'string') {
    // Some documents have the whole JSON body as one string: do not quote it again.
    const isText =
      isJson(essence) &&
      (typeHintsOf(operation.api.documents, content?.schema).types.has('string') || !looksLikeJson(body));
    return Buffer.from(isText ? JSON.stringify(body) : body);
  }
  if (isJson(essence)) return Buffer.from(writeExactJson(holder).slice(1, -1));
  if (essence === 'application/x-www-form-urlencoded' && typeof body === 'object' && body !== null) {
    const pairs = Object.entries(body).flatMap(([name, value]) =>
      [value].flat().map((each): [string, string] => [name, String(each)]),
    );
    return Buffer.from(new URLSearchParams(pairs).toString());
  }
  return typeof body === 'object' && body !== null ? undefined : Buffer.from(String(body));
}

function looksLikeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function serializeHeader(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function undeclaredStatusProblem(operation: Operation, status: number | undefined): Problem {
  const declared = operation.responses.map(response => response.status);
  if (declared.length === 0) {
    const location = formatLocation(operation.api.documents.locate(operation.node));
    const detail = `${location}: ${operation.id} declares no response`;
    return { code: 'nothing-to-say', detail, hint: 'declare a response for the operation' };
  }
  const statement = status === undefined ? 'no response' : `no response ${status}`;
  return {
    code: 'not-declared',
    detail: `${operation.id} declares ${statement}; it declares ${declared.join(', ') || 'none'}`,
    more: { declared },
  };
}

function undeclaredExampleProblem(
  operation: Operation,
  status: string,
  example: string,
  exampleNames: readonly string[],
): Problem {
  const known =
    exampleNames.length === 0
      ? 'it has none'
      : `its examples are ${exampleNames.map(name => `"${name}"`).join(', ')}`;
  const detail = `response ${status} of ${operation.id} has no example "${example}"; ${known}`;
  return { code: 'not-declared', detail, more: { declared: exampleNames } };
}

/** Prism selects the media type first, and then looks for the example only there. */
function otherMediaTypeProblem(
  operation: Operation,
  declared: { status: string; contents: readonly Content[] },
  example: string,
): Problem {
  const contents = declared.contents.filter(({ examples }) => examples.some(({ name }) => name === example));
  const types = contents.map(({ mediaType }) => mediaType);
  const detail = `response ${declared.status} of ${operation.id} has the example "${example}" as ${types.join(' or ')} only; request that media type with Accept`;
  return { code: 'not-declared', detail, more: { declared: types } };
}

function notAcceptableProblem(
  operation: Operation,
  declared: { status: string; contents: readonly Content[] },
): Problem {
  const offered = declared.contents.map(({ mediaType }) => mediaType);
  const detail = `response ${declared.status} of ${operation.id} is available as ${offered.join(' or ')}, and Accept excludes that`;
  return { code: 'not-acceptable', detail, more: { offered } };
}
