// Writes the true numbers of a rate limit into the response headers that the document declares for them.

import type { Response } from '../../exchange/exchange.ts';
import { type Operation, type Parameter, responseFor } from '../../openapi/model.ts';
import { RATE_HEADER_ROLES, type RateHeaders } from '../../openapi/rate-limit.ts';
import { declaredExample } from '../../openapi/sample-request.ts';
import type { AppliedRule } from '../../scenario/compile.ts';
import { validateResponseHeader } from '../../validate/response.ts';
import type { RateVerdict } from '../session/rate-limits.ts';
import { bodySourceOf, withBodySource } from './body-source.ts';

type Role = (typeof RATE_HEADER_ROLES)[number] | 'retry-after' | 'state' | 'policy';

/**
 * The response with true numbers in its headers. A 429 that is not due to the limit keeps its own, and so does a header that
 * a scenario sets.
 * @param verdict undefined: no rate limit is in force
 */
export function withRateLimitHeaders(
  response: Response,
  operation: Operation | undefined,
  verdict: RateVerdict | undefined,
  rules: readonly AppliedRule[],
): Response {
  if (verdict === undefined || operation === undefined) return response;
  if (response.status === 429 && !verdict.isExceeded) return response;
  const names = operation.rateLimit.headers;
  const kept = headersOfReply(rules.at(-1));
  const numbers: Record<string, readonly string[]> = {};
  for (const parameter of responseFor(operation, response.status)?.headers ?? []) {
    const name = parameter.name.toLowerCase();
    const role = roleOf(name, names);
    if (role === undefined || kept.has(name)) continue;
    const text = headerTexts(role, operation, parameter, verdict).find(each =>
      isValid(operation, parameter, each),
    );
    if (text !== undefined) numbers[name] = [text];
  }
  if (Object.keys(numbers).length === 0) return response;
  const { status, headers, body } = response;
  return withBodySource({ status, headers: { ...headers, ...numbers }, body }, bodySourceOf(response));
}

/** The names of the headers that the reply of a rule sets, in lower case. */
function headersOfReply(applied: AppliedRule | undefined): ReadonlySet<string> {
  const { reply } = applied?.rule ?? {};
  const step = Array.isArray(reply) ? reply[(applied?.entry ?? 1) - 1] : reply;
  const set = typeof step === 'object' ? (step.headers ?? {}) : {};
  return new Set(Object.keys(set).map(name => name.toLowerCase()));
}

/** Names that services use, such as X-RateLimit-Remaining, X-Rate-Limit-Reset, RateLimit-Policy. */
const NAME = /^(?:x-)?rate-?limit(?:-(limit|remaining|used|reset|policy))?$/;

/** @param name in lower case */
function roleOf(name: string, names: RateHeaders): Role | undefined {
  const named = RATE_HEADER_ROLES.find(role => names[role]?.toLowerCase() === name);
  if (named !== undefined) return named;
  if (name === 'retry-after') return 'retry-after';
  const [found, role] = NAME.exec(name) ?? [];
  return found === undefined ? undefined : ((role as Role | undefined) ?? 'state');
}

/** The texts that a header may have, the most probable first. */
function headerTexts(
  role: Role,
  operation: Operation,
  parameter: Parameter,
  verdict: RateVerdict,
): readonly string[] {
  const { rate, isExceeded } = verdict;
  const seconds = secondsLeft(verdict);
  const example = String(declaredExample(operation.api.documents, parameter) ?? '');
  switch (role) {
    case 'retry-after':
      return isExceeded ? timeTexts(operation, parameter, example, verdict) : [];
    case 'reset':
      return timeTexts(operation, parameter, example, verdict);
    // The drafts of the IETF's "RateLimit header fields for HTTP": version 8 and later, version 7, a number.
    case 'state': {
      const left = numberOf('remaining', verdict);
      const texts = [
        `"default";r=${left};t=${seconds}`,
        `limit=${rate.requests}, remaining=${left}, reset=${seconds}`,
      ];
      return [...(example.startsWith('limit=') ? texts.toReversed() : texts), String(rate.requests)];
    }
    case 'policy': {
      const window = Math.ceil(rate.window / 1000);
      const texts = [`"default";q=${rate.requests};w=${window}`, `${rate.requests};w=${window}`];
      return /^\d/.test(example) ? texts.toReversed() : texts;
    }
    default:
      return [numberOf(role, verdict)];
  }
}

/** As an integer. A reset is in seconds from now. */
function numberOf(role: (typeof RATE_HEADER_ROLES)[number], verdict: RateVerdict): string {
  const { rate, calls } = verdict;
  const numbers = {
    limit: rate.requests,
    remaining: Math.max(0, rate.requests - calls),
    used: Math.min(calls, rate.requests),
    reset: secondsLeft(verdict),
  };
  return String(numbers[role]);
}

export function secondsLeft({ at, resetsAt }: RateVerdict): number {
  return Math.ceil((resetsAt - at) / 1000);
}

/** The end of the window: seconds from now, seconds or milliseconds of the Unix epoch, or a date. */
function timeTexts(
  { api }: Operation,
  { node, schema }: Parameter,
  example: string,
  verdict: RateVerdict,
): readonly string[] {
  // Clients wait until that time, so it is not earlier than the end.
  const epoch = Math.ceil(verdict.resetsAt / 1000);
  const end = new Date(epoch * 1000);
  const forms = {
    seconds: String(secondsLeft(verdict)),
    epoch: String(epoch),
    milliseconds: String(epoch * 1000),
    iso: end.toISOString(),
    http: end.toUTCString(),
  };
  const description = memberText(node.value, 'description') + memberText(schema?.value, 'description');
  const form = formOf(
    example,
    memberText(schema && api.documents.dereference(schema).value, 'format'),
    description,
  );
  return [forms[form], ...Object.values(forms)];
}

type TimeForm = 'seconds' | 'epoch' | 'milliseconds' | 'iso' | 'http';

function formOf(example: string, format: string, description: string): TimeForm {
  if (format === 'date-time' || /^\d{4}-\d\d-/.test(example)) return 'iso';
  if (format === 'http-date' || example.endsWith('GMT')) return 'http';
  if (/^\d+$/.test(example)) {
    const number = Number(example);
    return number >= 1e11 ? 'milliseconds' : number >= 1e9 ? 'epoch' : 'seconds';
  }
  if (!/\b(?:epoch|unix|timestamp)\b/i.test(description)) return 'seconds';
  return /\bmilliseconds?\b/i.test(description) ? 'milliseconds' : 'epoch';
}

function memberText(value: unknown, name: 'description' | 'format'): string {
  const text = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : '';
  return typeof text === 'string' ? text : '';
}

function isValid(operation: Operation, parameter: Parameter, text: string): boolean {
  const response: Response = {
    status: 200,
    headers: { [parameter.name.toLowerCase()]: [text] },
    body: new Uint8Array(),
  };
  return validateResponseHeader(operation.api, parameter, response).length === 0;
}
