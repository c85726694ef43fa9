// The workloads: which requests a server gets, and which answers are right.
import { isDeepStrictEqual } from 'node:util';
import type { BenchRequest, DocumentedCall } from './request.ts';

/** A request and its right answer. */
export interface Step {
  readonly request: BenchRequest;
  readonly status: number;
  /** What is wrong with the body of an answer; undefined if it is right. */
  readonly bodyError: (body: string, number: number) => string | undefined;
}

export interface Workload {
  readonly name: string;
  /** Sent in turn, over and over. */
  readonly steps: readonly Step[];
}

/** Stands in a request or an answer for a number that is never used twice. */
const NUMBER = '{number}';

/** @returns the text with its number filled in, always in seven digits so that lengths stay the same */
export function fill(text: string, number: number): string {
  return text.replaceAll(NUMBER, sevenDigits(number));
}

function sevenDigits(number: number): string {
  return String(number % 10_000_000).padStart(7, '0');
}

export function fillRequest({ method, path, headers, body }: BenchRequest, number: number): BenchRequest {
  const filled = Object.entries(headers).map(([name, value]) => [name, fill(value, number)]);
  return { method, path: fill(path, number), headers: Object.fromEntries(filled), body: fill(body, number) };
}

/** The HTTP/1.1 text of a request, cut where its number goes. */
export function requestParts({ method, path, headers, body }: BenchRequest): string[] {
  const length = Buffer.byteLength(fill(body, 0));
  const fields = Object.entries({ ...headers, ...(body !== '' && { 'content-length': String(length) }) });
  const head = [`${method} ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  return `${head.join('\r\n')}\r\n\r\n${body}`.split(NUMBER);
}

/** The only request of a workload that sends the same bytes every time. */
export function constantRequest({ steps }: Workload): BenchRequest | undefined {
  const [first] = steps;
  const isConstant = first !== undefined && steps.every(({ request }) => request === first.request);
  return isConstant && requestParts(first.request).length === 1 ? first.request : undefined;
}

/** What part of the answers is an error (400 and above), from 0 to 1. */
export function errorShare({ steps }: Workload): number {
  return steps.filter(({ status }) => status >= 400).length / steps.length;
}

/** What is wrong with an answer; undefined if it is right. */
export function answerError(
  name: string,
  step: Step,
  number: number,
  answer: { readonly status: number; readonly body: string },
): string | undefined {
  const error =
    answer.status === step.status ? step.bodyError(answer.body, number) : `expected status ${step.status}`;
  return error && `${name}: ${error}; got ${answer.status}: ${answer.body.slice(0, 500)}`;
}

function one(name: string, step: Step): Workload {
  return { name, steps: [step] };
}

/** The documented call, answered with its first example. */
export function valid({ request, answer }: DocumentedCall): Workload {
  return one('valid PUT', { request, status: 200, bodyError: equalsJson(answer) });
}

/** The documented call with another id, name and header value each time; the name comes back. */
export function different(call: DocumentedCall): Workload {
  const answer = call.answer.replace('"Name":"', `"Name":"${NUMBER} `);
  return one('valid PUT, every request different', {
    request: vary(call.request),
    status: 200,
    bodyError: equalsJson(answer),
  });
}

function vary({ method, path, headers, body }: BenchRequest): BenchRequest {
  return {
    method,
    path: `${path.slice(0, path.lastIndexOf('/') + 1)}shop-${NUMBER}%40example.com`,
    headers: { ...headers, 'x-request-id': `request-${NUMBER}` },
    body: body.replace('"Name":"', `"Name":"${NUMBER} `),
  };
}

/** Every request different, and answered with a body that is generated from the schema. */
export function generated({ request }: DocumentedCall): Workload {
  return one('generated body, every request different', {
    request: vary(request),
    status: 200,
    bodyError: envelopeError,
  });
}

/** A member of the wrong type, answered with the documented 400. */
export function invalid({ request, refusal }: DocumentedCall): Workload {
  const body = request.body.replace(/"Name":"[^"]*"/, '"Name":42');
  if (body === request.body) throw new Error('the documented body has no Name to replace');
  return one('invalid PUT', {
    request: { ...request, body },
    status: 400,
    bodyError: equalsJson(refusal),
  });
}

/** The documented call to a server with an active scenario that answers 503, 503, 200 in turn. */
export function listScenario({ request, answer }: DocumentedCall, unavailable: string): Workload {
  const refused = { request, status: 503, bodyError: equalsJson(unavailable) };
  const served = { request, status: 200, bodyError: equalsJson(answer) };
  return { name: 'valid PUT, list scenario', steps: [refused, refused, served] };
}

/** Valid, invalid, to an unknown path, and valid with other values, in turn. */
export function mixed(call: DocumentedCall): Workload {
  const { method, headers, body } = call.request;
  const unknown: Step = {
    request: { method, path: `/v1/pvt/Unknown/${NUMBER}`, headers, body },
    status: 404,
    bodyError: text => (text.includes('deadringer:no-such-path') ? undefined : 'it is another problem'),
  };
  return {
    name: 'mixed requests',
    steps: [...valid(call).steps, ...invalid(call).steps, unknown, ...different(call).steps],
  };
}

/** Compares values, not texts. */
export function equalsJson(text: string): Step['bodyError'] {
  return (body, number) => {
    try {
      const isEqual = isDeepStrictEqual(JSON.parse(body), JSON.parse(fill(text, number)));
      return isEqual ? undefined : 'its body is not the documented one';
    } catch (error) {
      return `its body is not JSON: ${(error as Error).message}`;
    }
  };
}

/** Checks by hand what the schema CustomerEnvelope requires of every body. */
function envelopeError(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return `its body is not JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'its body is not an object';
  const envelope = value as Record<string, unknown>;
  if (typeof envelope.HasError !== 'boolean') return 'HasError is not a boolean';
  const { ErrorMessage = null, Result = null } = envelope;
  if (ErrorMessage !== null && typeof ErrorMessage !== 'string')
    return 'ErrorMessage is neither a string nor null';
  const isResult = typeof Result === 'object' && !Array.isArray(Result);
  return isResult ? undefined : 'Result is neither an object nor null';
}
