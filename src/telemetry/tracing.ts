// Traces the exchanges of a server: a span for each, and the trace context of requests to other services.

import { randomBytes } from 'node:crypto';
import type { Headers } from '../exchange/exchange.ts';
import type { ServerState } from '../mock/server-state.ts';
import type { TelemetrySettings } from './settings.ts';
import { finishedExchange } from './span.ts';
import { createSpanExporter } from './span-exporter.ts';
import { createSpanIds, PARENT_BASED, type SpanContext, writeTraceparent } from './trace-context.ts';

export interface Tracing {
  /** The span of an exchange. @param headers of its request */
  readonly spanOf: (id: string, headers: Headers) => SpanContext;
  /** The field traceparent of a callback or webhook. @param cause the span of the exchange that caused it */
  readonly sentTraceparent: (id: string, cause: SpanContext | undefined) => string;
  /** The number of spans that were not delivered. */
  readonly dropped: () => number;
  /** Sends what waits, but not for long. */
  readonly close: () => Promise<void>;
}

export function startTracing(
  state: ServerState,
  settings: TelemetrySettings,
  version: string,
  onProblem: (message: string) => void,
): Tracing {
  const { now } = state;
  const exporter = createSpanExporter({ settings, version, now, onProblem });
  const ids = createSpanIds(randomBytes(16).toString('hex'), settings.sampler ?? PARENT_BASED);
  const unsubscribe = state.subscribe(event => {
    const finished = finishedExchange(event, ids);
    if (finished !== undefined) exporter.add(finished);
  });
  return {
    spanOf: ids.served,
    sentTraceparent: (id, cause) => writeTraceparent(ids.sent(id, cause)),
    dropped: exporter.dropped,
    close: async () => {
      unsubscribe();
      await exporter.close();
    },
  };
}
