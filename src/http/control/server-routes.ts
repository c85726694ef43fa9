// Routes about the server: is it ready, what does it serve, what can be played.
import { readFileSync } from 'node:fs';
import { prefixOf } from '../../mock/refuse.ts';
import { metersOf } from './metrics.ts';
import type { Route } from './route.ts';

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
    path: '/metrics',
    handle: async ({ stage }) => {
      const registry = metersOf(stage);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  },
];
