// From an operation and a wish to a response: Prism negotiates, examples or a generator fill the body.
import { Buffer } from 'node:buffer';
import { type Content, type Operation, responseFor } from '../contract/contract.ts';
import { shapeOf } from '../contract/shape.ts';
import { EMPTY_BODY, type Response } from '../exchange/exchange.ts';
import { acceptable, closestMediaType, isJson, parseMediaType } from '../exchange/media-type.ts';
import { generateBody } from './generate.ts';
import { plainAnswer } from './plain.ts';
import { askPrism } from './prism.ts';
import type { Problem } from './problem.ts';

export interface Wish {
  /** The status to answer with; undefined: the documented success. */
  readonly status: number | undefined;
  /** The named example to answer with; undefined: the first. */
  readonly example: string | undefined;
  readonly accept: string | undefined;
  /** Set: the body is made up from the schema by this seed. */
  readonly seed: string | undefined;
}

export type Answer = { readonly response: Response } | { readonly problem: Problem };

/** What can be answered at all is looked up in the contract first: Prism's own fallbacks answer something else silently. */
export async function answer(operation: Operation, wish: Wish): Promise<Answer> {
  const declared = wish.status === undefined ? operation.success : responseFor(operation, wish.status);
  if (declared === undefined) return { problem: undeclaredStatus(operation, wish.status) };
  if (wish.example !== undefined) {
    const named = declared.contents
      .flatMap(({ examples }) => examples.map(({ name }) => name))
      .filter(name => name !== '');
    if (!named.includes(wish.example))
      return { problem: undeclaredExample(operation, declared.status, wish.example, named) };
  }
  const { seed, ...question } = wish;
  const said = plainAnswer(operation, declared, question) ?? (await askPrism(operation, question));
  if ('failure' in said) {
    const offered = declared.contents.map(({ mediaType }) => mediaType);
    const excluded = offered.length > 0 && acceptable(wish.accept, offered).length === 0;
    if (said.failure === 'NOT_ACCEPTABLE' || excluded) return { problem: notAcceptable(operation, declared) };
    if (wish.example !== undefined) return { problem: exampleOfOtherType(operation, declared, wish.example) };
    return { problem: { code: 'nothing-to-say', detail: `${operation.id}: ${said.why}` } };
  }
  // Prism turns to its default response when the asked one has no acceptable content.
  if (wish.status !== undefined && said.status !== wish.status)
    return { problem: notAcceptable(operation, declared) };

  const mediaType = said.mediaType === undefined ? undefined : parseMediaType(said.mediaType);
  const content = mediaType && closestMediaType(declared.contents, mediaType);
  let { body } = said;
  if (content !== undefined && wish.example === undefined) {
    if (seed !== undefined) {
      body = (await generateBody(operation, content, seed))?.value ?? body;
    } else if (content.examples.length === 0) {
      // Prism samples a schema without heeding its pattern; a generated body is at least tried until it is valid.
      const made = await generateBody(operation, content, operation.id);
      if (made !== undefined && !('why' in made)) body = made.value;
    }
  }
  const headers: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(said.headers)) {
    // The body is sent as it is, so a coding that the document declares would be a lie.
    if (value === null || value === undefined || name.toLowerCase() === 'content-encoding') continue;
    const text = headerText(value);
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      const detail = `${operation.id}: the response header "${name}" of status ${said.status} cannot be sent: HTTP allows no such name or value`;
      const hint = 'write an example of one line of Latin-1 text';
      return { problem: { code: 'not-renderable', detail, hint } };
    }
    headers[name.toLowerCase()] = [text];
  }
  const bodiless = said.status === 204 || said.status === 304;
  if (body === undefined || bodiless) return { response: { status: said.status, headers, body: EMPTY_BODY } };
  const bytes = render(operation, content, mediaType?.essence ?? '', body);
  if (bytes === undefined) {
    const detail = `${operation.id}: the ${said.mediaType} body of status ${said.status} is not text`;
    return {
      problem: {
        code: 'not-renderable',
        detail,
        hint: 'write the example as a string, exactly as it is to be sent',
      },
    };
  }
  // "*/*" is a key of the document and no type that could be sent.
  if (said.mediaType !== undefined) headers['content-type'] = [said.mediaType.replace('*/*', 'text/plain')];
  return { response: { status: said.status, headers, body: bytes } };
}

/** Undefined when the value has no form in the media type. */
function render(
  operation: Operation,
  content: Content | undefined,
  essence: string,
  body: unknown,
): Uint8Array | undefined {
  if (typeof body === 'string') {
    // In JSON, text is quoted; but some documents hold the whole JSON body as one string.
    const isText =
      isJson(essence) &&
      (shapeOf(operation.api.sources, content?.schema).types.has('string') || !looksLikeJson(body));
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

function headerText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function undeclaredStatus(operation: Operation, status: number | undefined): Problem {
  const declared = operation.responses.map(response => response.status);
  const known = declared.join(', ');
  const asked = status === undefined ? 'no response at all' : `no response ${status}`;
  return {
    code: 'not-declared',
    detail: `${operation.id} declares ${asked}; it declares ${known || 'none'}`,
    more: { declared },
  };
}

function undeclaredExample(
  operation: Operation,
  status: string,
  example: string,
  named: readonly string[],
): Problem {
  const known = named.length === 0 ? 'it has none' : `it has ${named.join(', ')}`;
  const detail = `response ${status} of ${operation.id} has no example "${example}"; ${known}`;
  return { code: 'not-declared', detail, more: { declared: named } };
}

/** Prism chooses the media type first, and looks for the example only there. */
function exampleOfOtherType(
  operation: Operation,
  declared: { status: string; contents: readonly Content[] },
  example: string,
): Problem {
  const holders = declared.contents.filter(({ examples }) => examples.some(({ name }) => name === example));
  const types = holders.map(({ mediaType }) => mediaType);
  const detail = `response ${declared.status} of ${operation.id} has the example "${example}" as ${types.join(' or ')} only; ask for that in Accept`;
  return { code: 'not-declared', detail, more: { declared: types } };
}

function notAcceptable(
  operation: Operation,
  declared: { status: string; contents: readonly Content[] },
): Problem {
  const offered = declared.contents.map(({ mediaType }) => mediaType);
  const detail = `response ${declared.status} of ${operation.id} comes as ${offered.join(' or ')}, which Accept excludes`;
  return { code: 'not-acceptable', detail, more: { offered } };
}
