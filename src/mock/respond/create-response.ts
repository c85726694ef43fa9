// Creates the response of an operation: negotiates status and media type, and takes the body from an example or generates it.
import { Buffer } from 'node:buffer';
import { EMPTY_BODY, type Response } from '../../exchange/exchange.ts';
import { FIELD_NAME } from '../../exchange/header-names.ts';
import { acceptableTypes, closestMediaType, isJson, parseMediaType } from '../../exchange/media-type.ts';
import { type Content, type Operation, responseFor } from '../../openapi/model.ts';
import { typeHintsOf } from '../../schema/type-hints.ts';
import type { Problem } from '../problem.ts';
import { generateBody } from './generate.ts';
import { negotiateWithoutPrism } from './negotiate.ts';
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
  let { body } = result;
  if (content !== undefined && selection.example === undefined) {
    if (seed !== undefined) {
      body = (await generateBody(operation, content, seed))?.value ?? body;
    } else if (content.examples.length === 0) {
      // The sampler of Prism ignores `pattern`, so its body can be invalid. Prefer a generated body that is valid.
      const generated = await generateBody(operation, content, operation.id);
      if (generated !== undefined && !('reason' in generated)) body = generated.value;
    }
  }
  const headers: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(result.headers)) {
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

/** @returns undefined if the value cannot be serialized in the media type */
function serializeBody(
  operation: Operation,
  content: Content | undefined,
  essence: string,
  body: unknown,
): Uint8Array | undefined {
  if (typeof body === 'string') {
    // Some documents have the whole JSON body as one string: do not quote it again.
    const isText =
      isJson(essence) &&
      (typeHintsOf(operation.api, content?.schema).types.has('string') || !looksLikeJson(body));
    return Buffer.from(isText ? JSON.stringify(body) : body);
  }
  if (isJson(essence)) return Buffer.from(JSON.stringify(body));
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
