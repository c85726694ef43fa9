// A collector of traces on a free port: it validates each request against the field names of OTLP, and keeps the spans.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly Span[];
  readonly resources: readonly Readonly<Record<string, unknown>>[];
  readonly requests: readonly http.IncomingHttpHeaders[];
  /** What does not fit the message ExportTraceServiceRequest. */
  readonly problems: readonly string[];
  /** Responds to the next requests, in this order; afterwards with 200. A number is a status. */
  readonly answers: ((outgoing: http.ServerResponse) => void)[];
  /** Resolves when so many spans have arrived. */
  readonly received: (count: number) => Promise<void>;
  readonly close: () => void;
}

export async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const resources: Readonly<Record<string, unknown>>[] = [];
  const requests: http.IncomingHttpHeaders[] = [];
  const problems: string[] = [];
  const answers: Collector['answers'] = [];
  const waiting = new Set<() => void>();
  const server = http.createServer(async (incoming, outgoing) => {
    requests.push(incoming.headers);
    const chunks = (await incoming.toArray()) as Buffer[];
    if (incoming.url?.split('?')[0] !== '/v1/traces' || incoming.method !== 'POST')
      problems.push(`${incoming.method} ${incoming.url}`);
    if (incoming.headers['content-type'] !== 'application/json') problems.push('Content-Type');
    const answer = answers.shift();
    if (answer !== undefined) {
      answer(outgoing);
      return;
    }
    const message = JSON.parse(Buffer.concat(chunks).toString()) as Json;
    for (const resourceSpan of list(message, 'resourceSpans', problems)) {
      resources.push(attributesOf(resourceSpan.resource as Json, problems));
      for (const { scope, spans: scopeSpans } of list(resourceSpan, 'scopeSpans', problems)) {
        fits(scope as Json, SCOPE, problems);
        for (const span of scopeSpans as Json[]) {
          fits(span, SPAN, problems);
          spans.push({ ...(span as unknown as Span), attributes: attributesOf(span, problems) });
        }
      }
    }
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    for (const wake of waiting) wake();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    ...{ spans, resources, requests, problems, answers },
    received: count =>
      new Promise(resolve => {
        const wake = (): void => {
          if (spans.length < count) return;
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        wake();
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

type Json = Readonly<Record<string, unknown>>;
type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown): boolean => typeof value === 'string';
const matches =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value);

/** opentelemetry/proto/common/v1/common.proto, InstrumentationScope. */
const SCOPE: Shape = { name: isText, version: isText };
/** opentelemetry/proto/trace/v1/trace.proto, Span, in the JSON mapping of OTLP: ids in hexadecimal, 64 bits as text. */
const SPAN: Shape = {
  traceId: matches(/^(?!0{32})[\da-f]{32}$/),
  spanId: matches(/^(?!0{16})[\da-f]{16}$/),
  parentSpanId: matches(/^(?!0{16})[\da-f]{16}$/),
  traceState: isText,
  flags: value => value === 1,
  name: isText,
  kind: value => value === 2 || value === 3,
  startTimeUnixNano: matches(/^\d{19}$/),
  endTimeUnixNano: matches(/^\d{19}$/),
  attributes: Array.isArray,
  status: value => [undefined, 1, 2].includes((value as { code?: number }).code),
};

function fits(value: Json, shape: Shape, problems: string[]): void {
  for (const [key, member] of Object.entries(value))
    if (shape[key]?.(member) !== true) problems.push(`${key}: ${JSON.stringify(member)}`);
}

function list(value: Json, key: string, problems: string[]): Json[] {
  const member = value[key];
  if (Array.isArray(member)) return member as Json[];
  problems.push(`${key} is no list`);
  return [];
}

/** KeyValue and AnyValue. */
function attributesOf(value: Json, problems: string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    list(value, 'attributes', problems).map(({ key, value: any }) => [key, anyValue(any as Json, problems)]),
  );
}

function anyValue(any: Json, problems: string[]): unknown {
  const [[kind, value] = ['none', undefined], ...others] = Object.entries(any);
  if (others.length > 0) problems.push(`AnyValue: ${JSON.stringify(any)}`);
  if (kind === 'stringValue' && typeof value === 'string') return value;
  if (kind === 'intValue' && typeof value === 'string') return Number(value);
  if (kind === 'arrayValue')
    return list(value as Json, 'values', problems).map(each => anyValue(each, problems));
  problems.push(`AnyValue: ${JSON.stringify(any)}`);
  return undefined;
}
