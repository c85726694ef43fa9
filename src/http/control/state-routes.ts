// Control routes for the state of a stateful mock: the resources of the documents, and snapshots of a session.

import { generateValue } from '../../mock/respond/generate.ts';
import { isStateOn } from '../../mock/served-config.ts';
import { describeResources } from '../../mock/state/describe-resources.ts';
import { resourcesOf } from '../../mock/state/infer-resources.ts';
import { itemFindings } from '../../mock/state/item-findings.ts';
import { redactItems } from '../../mock/state/redact-items.ts';
import { readSnapshot, writeSnapshot } from '../../mock/state/snapshot.ts';
import { parseFlag } from './journal-query.ts';
import { ControlError, type Route, requireApi, requireSession } from './route.ts';
import { exactJson, toItemFindingJson } from './state-json.ts';
import { changeSession, parseJsonText, requestedApis, requireResource } from './state-request.ts';

/** Of a response about a snapshot, which may have many thousands. */
const MAX_FINDINGS = 100;

export const STATE_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/apis/:api/resources',
    handle: request => ({ body: describeResources(requireApi(request)) }),
  },
  {
    method: 'get',
    path: '/apis/:api/resources/:resource/draft',
    handle: async request => {
      const { api, itemSchema, name } = requireResource(request);
      if (itemSchema === undefined)
        throw new ControlError({
          code: 'no-such-control',
          detail: `no response of the document declares an item of "${name}"`,
        });
      const seed = request.query.get('seed') ?? request.state.seed;
      const { body } = await generateValue(api, itemSchema, { seed, dynamic: false });
      return exactJson({ value: body[0] });
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/resources',
    handle: async request => {
      const session = await requireSession(request);
      const { state } = session;
      const { config } = request.state;
      const { apis } = config.contract;
      const resources = apis.flatMap(api => resourcesOf(api).resources);
      const on = apis.filter(api => isStateOn(config, session, api)).map(({ name }) => name);
      const items = resources.map(resource => ({
        api: resource.api.name,
        name: resource.name,
        items: state.table(resource).size,
      }));
      const { entries, bytes } = state;
      const { stateEntries, stateBytes } = state.limits;
      return { body: { on, resources: items, entries, bytes, limits: { stateEntries, stateBytes } } };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/state',
    handle: async request => {
      const { state } = await requireSession(request);
      const keepSecrets = parseFlag(request.query, 'keep-secrets');
      const snapshot = writeSnapshot(
        requestedApis(request).flatMap(api =>
          resourcesOf(api).resources.map(resource => {
            const items = [...state.table(resource).all()];
            if (keepSecrets || items.length === 0) return { resource, items };
            const values = redactItems(
              api,
              items.map(({ value }) => value),
            );
            return {
              resource,
              items: items.map((item, index) => ({ ...item, value: values[index] ?? item.value })),
            };
          }),
        ),
      );
      return exactJson(snapshot, 2);
    },
  },
  {
    method: 'put',
    path: '/sessions/:id/state',
    readsText: true,
    handle: async request => {
      const { contents, problems } = readSnapshot(parseJsonText(request), request.state.config.contract.apis);
      if (problems.length > 0)
        throw new ControlError({
          code: 'bad-control',
          detail: problems
            .slice(0, MAX_FINDINGS)
            .map(({ pointer, message }) => `${pointer || '/'}: ${message}`)
            .join('; '),
          hint: 'GET /__deadringer/sessions/{id}/state shows the form, GET /__deadringer/apis/{api}/resources the names',
          more: {
            findings: problems.slice(0, MAX_FINDINGS).map(({ pointer, message }) => ({
              code: 'state-unreadable',
              level: 'error',
              message,
              at: pointer,
            })),
          },
        });
      const findings = contents.flatMap(({ resource, items }) =>
        items.flatMap(({ value, pointer }) =>
          itemFindings(resource, value).map(finding =>
            toItemFindingJson({ ...finding, at: pointer + finding.at }),
          ),
        ),
      );
      const tables = contents.map(({ resource, items }) => ({
        api: resource.api.name,
        resource: resource.name,
        items,
      }));
      const loaded = tables.reduce((sum, { items }) => sum + items.length, 0);
      const { entries, bytes } = await changeSession(request, ({ state }) => {
        state.load(tables, request.state.now());
        return { entries: state.entries, bytes: state.bytes };
      });
      return {
        body: {
          loaded,
          entries,
          bytes,
          findings: findings.slice(0, MAX_FINDINGS),
          moreFindings: Math.max(0, findings.length - MAX_FINDINGS),
        },
      };
    },
  },
  {
    method: 'delete',
    path: '/sessions/:id/state',
    handle: async request => {
      const apis = request.query.has('api') ? requestedApis(request).map(({ name }) => name) : [undefined];
      await changeSession(request, ({ state }) => {
        for (const api of apis) state.reset(api);
      });
      return { status: 204 };
    },
  },
];
