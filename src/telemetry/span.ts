// Spans of exchanges in the JSON form of OTLP, by the semantic conventions of HTTP.

import { EMPTY_BODY, header, originOfServer, type Request } from '../exchange/exchange.ts';
import { redactTarget } from '../exchange/redact.ts';
import type { ServeEvent } from '../mock/serve-event.ts';
import { verdictOf } from '../mock/session/exchange-summary.ts';
import { pathSecretsOf } from '../mock/session/journaled-event.ts';
import { operationTarget } from '../mock/target.ts';
import { redactedNames } from '../openapi/model.ts';
import { readTraceparent, type SpanContext, type SpanIds } from './trace-context.ts';

/** What is kept of an exchange until its span is sent: no body. */
export interface FinishedExchange
  extends Pick<
    ServeEvent,
    'operation' | 'session' | 'sent' | 'problem' | 'findings' | 'rules' | 'redactPersonal'
  > {
  readonly context: SpanContext;
  readonly request: Request;
  readonly startedAt: number;
  readonly duration: number;
  readonly status: number | undefined;
  readonly verdict: string;
  /** Where the response comes from; undefined: from the receiver of a request that the mock sent. */
  readonly selection: string | undefined;
  /** Origin of the service that was asked. */
  readonly upstream: string | undefined;
}

/** @returns undefined: the exchange is not traced */
export function finishedExchange(event: ServeEvent, ids: SpanIds): FinishedExchange | undefined {
  const { exchange, operation, session, sent, problem, findings, rules, redactPersonal } = event;
  const { id, request, startedAt, duration, response } = exchange;
  const context = sent === undefined ? ids.served(id, request.headers) : sentContext(event, ids);
  if (!context.isSampled) return undefined;
  return {
    ...{ context, operation, session, sent, problem, findings, rules, redactPersonal, startedAt, duration },
    request: { ...request, body: EMPTY_BODY },
    status: response?.status,
    verdict: verdictOf(event),
    selection: selectionOf(event),
    upstream: event.upstream?.origin,
  };
}

/** The request that was sent says to which trace it belongs. */
function sentContext({ exchange, sent }: ServeEvent, ids: SpanIds): SpanContext {
  const written = readTraceparent(exchange.request.headers);
  if (written === undefined) return ids.sent(exchange.id, undefined);
  const { traceId, parentId: spanId, isSampled } = written;
  const parentId = sent?.cause === undefined ? undefined : ids.spanId(sent.cause);
  return { traceId, spanId, parentId, isSampled, state: header(exchange.request.headers, 'tracestate') };
}

/** The values of enumerations in opentelemetry/proto/trace/v1/trace.proto. */
const KIND = { server: 2, client: 3 } as const;
const STATUS_ERROR = 2;
const FLAG_SAMPLED = 1;

const METHODS = /^(?:CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|QUERY|TRACE)$/;

/** The findings whose codes a span names. */
const MAX_FINDINGS = 16;

/** Redacted as in the journal. */
export function toSpan(finished: FinishedExchange): object {
  const { context, operation, request, startedAt, duration, status, sent, problem, findings, rules } =
    finished;
  const names = redactedNames(operation?.api, finished.redactPersonal);
  const secrets = pathSecretsOf(operation, request.path, names);
  const { path, query } = redactTarget({ id: '', startedAt, duration, request }, names, { secrets });
  const isServer = sent === undefined;
  const method = METHODS.test(request.method) ? request.method : '_OTHER';
  const isError = status === undefined || status >= (isServer ? 500 : 400);
  const target = URL.parse(sent?.origin ?? originOfServer(request));
  const { scheme = 'http', httpVersion = 'HTTP/1.1' } = request.transport ?? {};
  const port = target?.port || (target?.protocol === 'https:' ? '443' : '80');
  const start = BigInt(startedAt) * 1_000_000n;
  const attributes: Attributes = {
    'http.request.method': method,
    'http.request.method_original': method === '_OTHER' ? request.method : undefined,
    'http.response.status_code': status,
    'http.route': isServer ? operation?.path : undefined,
    'url.scheme': isServer ? scheme : undefined,
    'url.path': isServer ? path : undefined,
    'url.query': isServer && query !== '' ? query : undefined,
    'url.full': isServer ? undefined : `${sent.origin ?? ''}${path}${query === '' ? '' : `?${query}`}`,
    'url.template': isServer ? undefined : operation?.path,
    'server.address': target?.hostname,
    'server.port': target === null ? undefined : Number(port),
    'network.protocol.version': isServer ? httpVersion.slice('HTTP/'.length) : undefined,
    'error.type': isError ? String(problem ?? status ?? 'no_response') : undefined,
    'deadringer.operation': operation && operationTarget(operation),
    'deadringer.verdict': finished.verdict,
    'deadringer.session': finished.session,
    'deadringer.selection': finished.selection,
    'deadringer.problem': problem,
    'deadringer.findings':
      findings.length === 0 ? undefined : findings.slice(0, MAX_FINDINGS).map(({ code }) => code),
    'deadringer.scenarios': rules.length === 0 ? undefined : rules.map(({ key }) => key),
    'deadringer.upstream': finished.upstream,
    'deadringer.sent': sent?.kind,
  };
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(context.state !== undefined && { traceState: context.state }),
    ...(context.parentId !== undefined && { parentSpanId: context.parentId }),
    flags: FLAG_SAMPLED,
    name: operation === undefined ? method : `${method} ${operation.path}`,
    kind: isServer ? KIND.server : KIND.client,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(Math.round(duration * 1_000_000))),
    attributes: toAttributes(attributes),
    status: isError ? { code: STATUS_ERROR } : {},
  };
}

function selectionOf(event: ServeEvent): string | undefined {
  const { sent, upstream, problem, refusedFor, forcedBy, rules, stateEffect, preferences } = event;
  if (sent !== undefined) return undefined;
  if (problem !== undefined) return 'error';
  if (refusedFor !== undefined) return 'refusal';
  if (upstream !== undefined && upstream.failure === undefined) return 'upstream';
  if (forcedBy !== undefined) return 'switch';
  if (rules.some(({ rule }) => rule.reply !== undefined)) return 'scenario';
  if (stateEffect !== undefined) return 'state';
  return preferences !== undefined && 'code' in preferences && preferences.code !== undefined
    ? 'preference'
    : 'document';
}

export type Attributes = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** In the JSON mapping of protobuf, 64-bit integers are strings. */
export function toAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]): object[] => {
    if (value === undefined) return [];
    if (typeof value === 'string') return [{ key, value: { stringValue: value } }];
    if (typeof value === 'number') return [{ key, value: { intValue: String(value) } }];
    return [{ key, value: { arrayValue: { values: value.map(stringValue => ({ stringValue })) } } }];
  });
}
