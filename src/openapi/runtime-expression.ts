// Runtime expressions (OpenAPI 3.1.1, section 4.8.20.4): values of an exchange in the URL of a callback.

import { type DecodedBody, decodeBody } from '../exchange/body.ts';
import {
  decodePercent,
  type Exchange,
  header,
  parsePairs,
  type Request,
  type Response,
} from '../exchange/exchange.ts';
import { TOKEN } from '../exchange/header-names.ts';
import { valueAt } from '../exchange/json-pointer.ts';

type Expression =
  | { readonly source: 'url' | 'method' | 'statusCode' }
  | {
      readonly source: 'header' | 'query' | 'path';
      readonly of: 'request' | 'response';
      readonly name: string;
    }
  | { readonly source: 'body'; readonly of: 'request' | 'response'; readonly pointer: string };

/** A text with expressions: "{$request.body#/url}/events?id={$request.path.id}". */
export interface ExpressionText {
  /** As the document writes it. */
  readonly text: string;
  readonly pieces: readonly (string | { readonly written: string; readonly expression: Expression })[];
}

/** What expressions read. */
export interface ExpressionSources extends Pick<Exchange, 'request' | 'response'> {
  /** As sent, percent-encoded. */
  readonly pathValues: Readonly<Record<string, string>>;
}

/** Copies: decoded bodies are kept as long as their messages, which the journal keeps. */
export function expressionSources(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  pathValues: ExpressionSources['pathValues'],
): ExpressionSources {
  return {
    request: { ...request },
    ...(response !== undefined && { response: { ...response } }),
    pathValues,
  };
}

/** A text as one expression, or with expressions in braces. @returns the first one that is invalid as `invalid` */
export function parseExpressionText(text: string): ExpressionText | { readonly invalid: string } {
  const pieces: ExpressionText['pieces'][number][] = [];
  const written = text.startsWith('$') ? [text] : text.split(/\{(\$[^{}]*)\}/);
  for (const [index, piece] of written.entries()) {
    const isExpression = text.startsWith('$') || index % 2 === 1;
    if (!isExpression) {
      if (piece !== '') pieces.push(piece);
      continue;
    }
    const expression = parseExpression(piece);
    if (expression === undefined) return { invalid: piece };
    pieces.push({ written: piece, expression });
  }
  return { text, pieces };
}

const NAMED = new RegExp(`^\\$(request|response)\\.(?:(header)\\.(${TOKEN})|(query|path)\\.(.+))$`, 's');
const BODY = /^\$(request|response)\.body(?:#((?:\/.*)?))?$/s;

function parseExpression(text: string): Expression | undefined {
  if (text === '$url' || text === '$method' || text === '$statusCode')
    return { source: text.slice(1) as 'url' | 'method' | 'statusCode' };
  const [, ofBody, pointer = ''] = BODY.exec(text) ?? [];
  if (ofBody !== undefined) return { source: 'body', of: ofBody as 'request' | 'response', pointer };
  const [, of, inHeader, field, place, name] = NAMED.exec(text) ?? [];
  if (of === undefined || (of === 'response' && place !== undefined)) return undefined;
  return {
    source: (inHeader ?? place) as 'header' | 'query' | 'path',
    of: of as 'request' | 'response',
    name: (field ?? name) as string,
  };
}

/**
 * Replaces the expressions by values. A value after the first piece is part of a URL: what would end this part is
 * percent-encoded, in a query all reserved characters.
 * @returns the expression without a value as `missing`
 */
export function evaluateExpressionText(
  { pieces }: ExpressionText,
  sources: ExpressionSources,
): string | { readonly missing: string } {
  let text = '';
  let inQuery = false;
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'string') {
      text += piece;
      inQuery ||= piece.includes('?');
      continue;
    }
    const value = evaluate(piece.expression, sources);
    if (value === undefined) return { missing: piece.written };
    if (index === 0) text += value;
    else
      text += inQuery ? encodeURIComponent(value.toWellFormed()) : value.replace(/[?#]/g, encodeURIComponent);
  }
  return text;
}

function evaluate(
  expression: Expression,
  { request, response, pathValues }: ExpressionSources,
): string | undefined {
  switch (expression.source) {
    case 'url':
      return urlOf(request);
    case 'method':
      return request.method;
    case 'statusCode':
      return response === undefined ? undefined : String(response.status);
    case 'path': {
      const value = Object.hasOwn(pathValues, expression.name) ? pathValues[expression.name] : undefined;
      return value === undefined ? undefined : decodePercent(value);
    }
    case 'query':
      return parsePairs(request.query).find(({ name }) => name === expression.name)?.value;
    case 'header':
      return header(messageOf(expression, request, response)?.headers ?? {}, expression.name.toLowerCase());
    case 'body': {
      const message = messageOf(expression, request, response);
      return message === undefined ? undefined : bodyText(decodeBody(message), expression.pointer);
    }
  }
}

function messageOf(
  { of }: { readonly of: 'request' | 'response' },
  request: Request,
  response: Response | undefined,
): Request | Response | undefined {
  return of === 'request' ? request : response;
}

function urlOf({ headers, path, query }: Request): string {
  return `http://${header(headers, 'host') ?? 'localhost'}${path}${query === '' ? '' : `?${query}`}`;
}

/** A text, number or boolean of the body. Objects and lists are no part of a URL. */
function bodyText(body: DecodedBody, pointer: string): string | undefined {
  if (body.kind === 'text') return pointer === '' ? body.text : undefined;
  const value =
    body.kind === 'json'
      ? valueAt(body.value, pointer)
      : body.kind === 'form'
        ? valueAt(Object.fromEntries(body.pairs.map(({ name, value }) => [name, value])), pointer)
        : undefined;
  return typeof value === 'object' || value === undefined ? undefined : String(value);
}
