// What peers are asked, and how an answer is known to be right: its status, and what is wrong with its body.
import { isDeepStrictEqual } from 'node:util';
import type { Asked, BenchRequest } from './request.ts';

export interface Question {
  readonly name: string;
  /** The request that is sent, or the nth of those that differ from each other. */
  readonly request: BenchRequest | ((nth: number) => BenchRequest);
  /** Of the right answer. */
  readonly status: number;
  /** What is wrong with the body of an answer of that status; undefined when it is right. */
  readonly wrong: (body: string) => string | undefined;
}

export function nth({ request }: Question, number: number): BenchRequest {
  return typeof request === 'function' ? request(number) : request;
}

/** What is wrong with an answer; undefined when it is the right one. */
export function complaint(question: Question, status: number, body: string): string | undefined {
  const wrong = status === question.status ? question.wrong(body) : `status ${question.status} is right`;
  return wrong && `${question.name}: ${wrong}; it said ${status}: ${body.slice(0, 500)}`;
}

/** The documented call, answered with its first example. */
export function valid({ request, answer }: Asked): Question {
  return { name: 'valid PUT', request, status: 200, wrong: isJson(answer) };
}

/** The same with another id, name and header value each time. */
export function differing({ request, answer }: Asked): Question {
  return { name: 'valid PUT, each different', request: varied(request), status: 200, wrong: isJson(answer) };
}

/** The same, with a body made up for each. */
export function madeUp(asked: Asked): Question {
  const request = varied(asked.request);
  return {
    name: 'PUT, another made-up answer each',
    request: number => {
      const { headers, ...rest } = request(number);
      return { ...rest, headers: { ...headers, prefer: 'dynamic=true' } };
    },
    status: 200,
    wrong: isNoEnvelope,
  };
}

function varied({ method, path, headers, body }: BenchRequest): (nth: number) => BenchRequest {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return number => ({
    method,
    path: `${folder}shop-${number}%40example.com`,
    headers: { ...headers, 'x-request-id': `request-${number}` },
    body: body.replace('"Name":"', `"Name":"${number} `),
  });
}

/** A member of the wrong type, answered with the documented refusal. */
export function invalid({ request, refusal }: Asked): Question {
  const body = request.body.replace(/"Name":"[^"]*"/, '"Name":42');
  if (body === request.body) throw new Error('the documented body has no Name that could be broken');
  return { name: 'invalid PUT', request: { ...request, body }, status: 400, wrong: isJson(refusal) };
}

/** The documented call, answered with a body that is made up from the schema. */
export function dynamic({ request }: Asked): Question {
  return { name: 'PUT, made-up answer', request, status: 200, wrong: isNoEnvelope };
}

/** A path that no document has, another each time; answered by deadringer itself. */
export function unknown({ request }: Asked): Question {
  const { method, headers, body } = request;
  return {
    name: 'unknown path',
    request: number => ({ method, path: `/v1/pvt/Unknown/${number}`, headers, body }),
    status: 404,
    wrong: body => (body.includes('deadringer:no-such-path') ? undefined : 'it is another problem'),
  };
}

/** Compares values, not texts. */
export function isJson(text: string): Question['wrong'] {
  const right: unknown = JSON.parse(text);
  return body => {
    try {
      return isDeepStrictEqual(JSON.parse(body), right) ? undefined : 'its body is not the documented one';
    } catch {
      return 'its body is not JSON';
    }
  };
}

/** By hand what the schema CustomerEnvelope asks for, in the members that every envelope has. */
function isNoEnvelope(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'its body is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'its body is no object';
  const envelope = value as Record<string, unknown>;
  if (typeof envelope.HasError !== 'boolean') return 'HasError is no boolean';
  const { ErrorMessage = null, Result = null } = envelope;
  if (ErrorMessage !== null && typeof ErrorMessage !== 'string')
    return 'ErrorMessage is neither text nor null';
  return typeof Result === 'object' && !Array.isArray(Result)
    ? undefined
    : 'Result is neither object nor null';
}
