// Prometheus metrics of one server: exchanges by operation and status, their durations, findings, sessions.

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { perObject } from '../../exchange/per-object.ts';
import type { ServerState } from '../../mock/server-state.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import type { Tracing } from '../../telemetry/tracing.ts';
import { addStoreMetrics } from './store-json.ts';

const registryOf = perObject(createRegistry);

/** Counting starts with the first call, so a server without a scraper does no work for metrics. */
export function metricsRegistry(state: ServerState, tracing: Tracing | undefined): Registry {
  const registry = registryOf(state);
  const name = 'deadringer_spans_dropped_total';
  if (tracing === undefined || registry.getSingleMetric(name) !== undefined) return registry;
  const dropped = new Counter({
    name,
    help: 'Spans that were not delivered to the collector of traces.',
    registers: [],
    collect() {
      this.reset();
      this.inc(tracing.dropped());
    },
  });
  registry.registerMetric(dropped);
  return registry;
}

function createRegistry(state: ServerState): Registry {
  const registry = new Registry();
  const registers = [registry];
  const exchanges = new Counter({
    name: 'deadringer_exchanges_total',
    help: 'Exchanges served, and callbacks and webhooks sent.',
    labelNames: ['api', 'operation', 'status', 'problem'],
    registers,
  });
  const findings = new Counter({
    name: 'deadringer_findings_total',
    help: 'Findings, by code.',
    labelNames: ['code'],
    registers,
  });
  const durations = new Histogram({
    name: 'deadringer_exchange_duration_seconds',
    help: 'Time from the complete request to the complete response, with configured delays and rates.',
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  new Gauge({
    name: 'deadringer_sessions',
    help: 'Current sessions.',
    registers,
    async collect() {
      try {
        this.set(await state.sessions.count());
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        this.set(Number.NaN);
      }
    },
  });
  addStoreMetrics(state, registry);
  state.subscribe(({ operation, exchange, problem, findings: exchangeFindings }) => {
    exchanges.inc({
      api: operation?.api.name ?? '',
      operation: operation?.id ?? '',
      status: String(exchange.response?.status ?? ''),
      problem: problem ?? '',
    });
    durations.observe(exchange.duration / 1000);
    for (const { code } of exchangeFindings) findings.inc({ code });
  });
  return registry;
}
