// Control routes for the server: health, addresses and documents, upstreams, metrics.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { InputError } from '../../finding/input-error.ts';
import { readUpstream, UPSTREAM_MODES, type Upstream } from '../../mock/proxy/upstream.ts';
import { metricsRegistry } from './metrics.ts';
import { ControlError, parseBody, type Route } from './route.ts';
import { describeServer } from './server-info.ts';
import { toStoreJson } from './store-json.ts';

export const SERVER_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/health',
    handle: ({ state }) => ({
      body: {
        status: 'ok',
        apis: state.config.contract.apis.map(({ name }) => name),
        store: toStoreJson(state),
      },
    }),
  },
  {
    method: 'get',
    path: '/ready',
    // A server whose store is away is ready: all others share the store, and what needs no memory is answered.
    handle: ({ state, readiness }) => {
      const status = readiness();
      return { status: status === 'ready' ? 200 : 503, body: { status, store: toStoreJson(state) } };
    },
  },
  {
    method: 'get',
    path: '/openapi.yaml',
    handle: () => ({
      type: 'application/yaml',
      // The report schema is in another folder of the program than its URL says.
      text: readFileSync(new URL('control.openapi.yaml', import.meta.url), 'utf8').replaceAll(
        '../../check/report.schema.json',
        'report.schema.json',
      ),
    }),
  },
  {
    method: 'get',
    path: '/report.schema.json',
    handle: () => ({
      type: 'application/json',
      text: readFileSync(new URL('../../check/report.schema.json', import.meta.url), 'utf8'),
    }),
  },
  {
    method: 'get',
    path: '/server',
    handle: async request => ({ body: await describeServer(request) }),
  },
  {
    method: 'get',
    path: '/upstreams',
    handle: ({ state }) => ({ body: { upstreams: state.upstreams.list().map(toUpstreamJson) } }),
  },
  {
    method: 'put',
    path: '/upstreams/:name',
    handle: async ({ state, replicas, params, body }) => {
      const { url, mode } = parseBody(UPSTREAM, body);
      const [upstream] = parseUpstream(`${params.name}=${url}`, mode, state.config.contract);
      if (upstream === undefined) throw new Error('a named upstream must have one entry');
      await replicas.setUpstream(upstream);
      return { body: toUpstreamJson(upstream) };
    },
  },
  {
    method: 'delete',
    path: '/upstreams/:name',
    handle: async ({ replicas, params }) => {
      if (!(await replicas.deleteUpstream(params.name ?? ''))) {
        throw new ControlError({
          code: 'no-such-control',
          detail: `there is no upstream "${params.name}"`,
          hint: 'GET /__deadringer/upstreams lists them',
        });
      }
      return { status: 204 };
    },
  },
  {
    method: 'get',
    path: '/metrics',
    handle: async ({ state, tracing }) => {
      const registry = metricsRegistry(state, tracing);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  },
];

const UPSTREAM = z.strictObject({ url: z.string(), mode: z.enum(UPSTREAM_MODES).default('always') });

function toUpstreamJson({ name, origin, path, mode }: Upstream): Record<string, string> {
  return { name, url: origin + (path === '' ? '/' : (path ?? '')), mode };
}

function parseUpstream(...args: Parameters<typeof readUpstream>): Upstream[] {
  try {
    return readUpstream(...args);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ControlError({ code: 'bad-control', detail: error.message });
  }
}
