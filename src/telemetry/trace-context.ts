// The identity of spans: W3C Trace Context in and out, and ids that follow from the id of the exchange.

import { hash } from 'node:crypto';
import { type Headers, header } from '../exchange/exchange.ts';

/** Which requests are traced. */
export interface Sampler {
  /** True: a sender that says whether it traces decides. */
  readonly isParentBased: boolean;
  /** The share of the other requests, from 0 to 1. */
  readonly share: number;
}

export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined: the span begins the trace. */
  readonly parentId: string | undefined;
  readonly isSampled: boolean;
  /** The field tracestate; undefined: none. */
  readonly state: string | undefined;
}

export const PARENT_BASED: Sampler = { isParentBased: true, share: 1 };

/** Gives each exchange its span, so that nothing has to be remembered between the request and the end of the exchange. */
export interface SpanIds {
  /** The span of a request that was received. */
  readonly served: (id: string, headers: Headers) => SpanContext;
  /** The span of a request that is sent. @param cause the span that it belongs to */
  readonly sent: (id: string, cause: SpanContext | undefined) => SpanContext;
  readonly spanId: (id: string) => string;
}

/** @param key differs in each run, so that equal ids of exchanges give other spans */
export function createSpanIds(key: string, sampler: Sampler): SpanIds {
  const digest = (id: string): string => hash('sha256', `${key} ${id}`, 'hex');
  const spanId = (id: string): string => digest(id).slice(0, 16);
  const begin = (id: string): SpanContext => {
    const traceId = digest(id).slice(16, 48);
    return {
      traceId,
      spanId: spanId(id),
      parentId: undefined,
      isSampled: isInShare(traceId, sampler),
      state: undefined,
    };
  };
  return {
    spanId,
    served: (id, headers) => {
      const parent = readTraceparent(headers);
      if (parent === undefined) return begin(id);
      const { traceId, parentId } = parent;
      const isSampled = sampler.isParentBased ? parent.isSampled : isInShare(traceId, sampler);
      return { traceId, spanId: spanId(id), parentId, isSampled, state: readTracestate(headers) };
    },
    sent: (id, cause) =>
      cause === undefined ? begin(id) : { ...cause, spanId: spanId(id), parentId: cause.spanId },
  };
}

/** The end of a trace id is random (W3C Trace Context level 2), so every service decides alike. */
function isInShare(traceId: string, { share }: Sampler): boolean {
  return Number.parseInt(traceId.slice(-13), 16) < share * 2 ** 52;
}

const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** @returns undefined: there is none, or it is malformed */
export function readTraceparent(
  headers: Headers,
): { readonly traceId: string; readonly parentId: string; readonly isSampled: boolean } | undefined {
  const [version, traceId, parentId, flags, rest] =
    TRACEPARENT.exec(header(headers, 'traceparent') ?? '')?.slice(1) ?? [];
  if (traceId === undefined || parentId === undefined || (version === '00' && rest !== undefined))
    return undefined;
  return { traceId, parentId, isSampled: (Number.parseInt(flags ?? '0', 16) & 1) === 1 };
}

/** Services must pass on 512 characters; a longer field is left out. */
function readTracestate(headers: Headers): string | undefined {
  const state = header(headers, 'tracestate');
  return state !== undefined && /^[\x20-\x7e\t]{1,512}$/.test(state) ? state : undefined;
}

export function writeTraceparent({ traceId, spanId, isSampled }: SpanContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}
