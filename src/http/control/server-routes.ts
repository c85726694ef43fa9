// Routes about the server: is it ready, what does it serve, what can be played.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { InputError } from '../../finding/input-error.ts';
import { prefixOf } from '../../mock/refuse.ts';
import { readUpstream, UPSTREAM_MODES, type Upstream } from '../../mock/upstream.ts';
import { metersOf } from './metrics.ts';
import { Refused, type Route, read } from './route.ts';

export const SERVER_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/health',
    handle: ({ stage }) => ({
      body: { status: 'ok', apis: stage.world.contract.apis.map(({ name }) => name) },
    }),
  },
  {
    method: 'get',
    path: '/openapi.yaml',
    handle: () => ({
      type: 'application/yaml',
      text: readFileSync(new URL('control.openapi.yaml', import.meta.url), 'utf8'),
    }),
  },
  {
    method: 'get',
    path: '/apis',
    handle: ({ stage }) => ({
      body: {
        apis: stage.world.contract.apis.map(({ name, title, file, operations }) => ({
          name,
          title,
          file,
          operations: operations.map(operation => ({
            id: operation.id,
            method: operation.method,
            path: prefixOf(operation) + operation.path,
            statuses: operation.responses.map(({ status }) => status),
          })),
        })),
      },
    }),
  },
  {
    method: 'get',
    path: '/scenarios',
    handle: ({ stage, query }) => {
      const wanted = query.get('api');
      const all = [...stage.world.scenarios.values()].filter(({ api }) => wanted === null || api === wanted);
      return {
        body: {
          scenarios: all.map(({ id, api, title, description, onByDefault, source }) => ({
            id,
            api,
            title,
            ...(description !== undefined && { description }),
            onByDefault,
            from: source?.file ?? 'built in',
          })),
        },
      };
    },
  },
  {
    method: 'get',
    path: '/upstreams',
    handle: ({ stage }) => ({ body: { upstreams: stage.upstreams.list().map(showUpstream) } }),
  },
  {
    method: 'put',
    path: '/upstreams/:name',
    handle: ({ stage, params, body }) => {
      const { url, mode } = read(UPSTREAM, body);
      const [upstream] = readGiven(`${params.name}=${url}`, mode, stage.world.contract);
      if (upstream === undefined) throw new Error('a name leads to one upstream');
      stage.upstreams.set(upstream);
      return { body: showUpstream(upstream) };
    },
  },
  {
    method: 'delete',
    path: '/upstreams/:name',
    handle: ({ stage, params }) => {
      if (!stage.upstreams.delete(params.name ?? '')) {
        throw new Refused({
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
    handle: async ({ stage }) => {
      const registry = metersOf(stage);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  },
];

const UPSTREAM = z.strictObject({ url: z.string(), mode: z.enum(UPSTREAM_MODES).default('always') });

function showUpstream({ name, origin, path, mode }: Upstream): Record<string, string> {
  return { name, url: origin + (path === '' ? '/' : (path ?? '')), mode };
}

function readGiven(...given: Parameters<typeof readUpstream>): Upstream[] {
  try {
    return readUpstream(...given);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new Refused({ code: 'bad-control', detail: error.message });
  }
}
