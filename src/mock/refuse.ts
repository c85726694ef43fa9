// Answers to requests that the API would turn away: in the vendor's shape where the document declares one, else a problem.
import { type Operation, responseFor } from '../contract/contract.ts';
import type { Matched } from '../contract/match.ts';
import type { Refusal, RefusalAnswer } from '../contract/refusals.ts';
import { sampleRequest } from '../contract/sample.ts';
import { toCurl } from '../exchange/curl.ts';
import type { Request } from '../exchange/exchange.ts';
import type { Aspect } from '../finding/entry.ts';
import { type Finding, showClause } from '../finding/finding.ts';
import type { Problem, ProblemCode } from './problem.ts';

/** The first answer that the operation declares. An example that is not there is let go: the first one serves. */
export function declaredRefusal(operation: Operation, refusal: Refusal): RefusalAnswer | undefined {
  for (const { status, example } of refusal.candidates) {
    const response = responseFor(operation, status);
    if (response === undefined) continue;
    const exists = response.contents.some(({ examples }) => examples.some(({ name }) => name === example));
    return { status, example: exists ? example : undefined };
  }
  return undefined;
}

const CODES: Readonly<Record<Aspect, ProblemCode>> = {
  security: 'unauthorized',
  'media-type': 'unsupported-media-type',
  accept: 'not-acceptable',
  'malformed-body': 'invalid-request',
  body: 'invalid-request',
  parameters: 'invalid-request',
};

/** For an operation that declares no response fitting the refusal. */
export function undeclaredRefusal(
  operation: Operation,
  refusal: Refusal,
  findings: readonly Finding[],
): Problem {
  return {
    code: CODES[refusal.aspect],
    detail: refusal.finding.message,
    hint: `declare a ${refusal.candidates.map(({ status }) => status).join(' or ')} response for ${operation.id} to have it served instead`,
    more: { findings: findings.map(showFinding) },
  };
}

export function showFinding({ code, message, at, clause }: Finding): Record<string, string> {
  return { code, message, at, ...(clause && { clause: showClause(clause) }) };
}

/** For a request that no operation claims: says what is nearest, and a command that would work. */
export function refuseUnmatched(
  matched: Exclude<Matched, { kind: 'operation' }>,
  request: Request,
  origin: string,
): Problem {
  if (matched.kind === 'method') {
    const { allow, api, path } = matched;
    const detail = `${path} of ${api.name} takes ${allow.join(', ')}, not ${request.method}`;
    return { code: 'no-such-method', detail, headers: { allow: [allowField(allow)] } };
  }
  const [first] = matched.closest;
  if (first === undefined) return { code: 'no-such-path', detail: `nothing answers ${request.path}` };
  const nearest = matched.closest.map(
    operation => `${operation.method} ${prefixOf(operation)}${operation.path}`,
  );
  return {
    code: 'no-such-path',
    detail: `nothing answers ${request.method} ${request.path}; the nearest is ${nearest[0]}`,
    hint: curlFor(first, origin),
    more: { nearest },
  };
}

/** HEAD comes with GET, and OPTIONS is always answered (RFC 9110 section 9.3.7). */
export function allowField(methods: readonly string[]): string {
  return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].join(', ');
}

/** A command that gets an answer from the operation. */
export function curlFor(operation: Operation, origin: string): string {
  return toCurl(origin, sampleRequest(operation, prefixOf(operation)));
}

/** Where an operation answers on this server: "/petstore/api/v1". */
export function prefixOf(operation: Operation): string {
  return `/${encodeURIComponent(operation.api.name)}${operation.bases[0]?.path ?? ''}`;
}
