// Control routes for the state of a stateful mock: the resources of the documents, and snapshots of a session.

import { setImmediate as pause } from 'node:timers/promises';
import { generateValue } from '../../mock/respond/generate.ts';
import { isStateOn } from '../../mock/served-config.ts';
import { sessionTime } from '../../mock/session/clock.ts';
import { describeResources } from '../../mock/state/describe-resources.ts';
import { resourcesOf } from '../../mock/state/infer-resources.ts';
import { itemFindings } from '../../mock/state/item-findings.ts';
import { withoutSecretIds } from '../../mock/state/redact-ids.ts';
import { redactItems } from '../../mock/state/redact-items.ts';
import type { Resource } from '../../mock/state/resource.ts';
import { type ResourceContents, readSnapshot, writeSnapshot } from '../../mock/state/snapshot.ts';
import type { StoredItem } from '../../mock/state/table.ts';
import { parseFlag } from './journal-query.ts';
import { ControlError, type Route, requireApi, requireSession } from './route.ts';
import { exactJson, toItemFindingJson } from './state-json.ts';
import { changeSession, parseJsonText, requestedApis, requireResource } from './state-request.ts';

/** Of a response about a snapshot, which may have many thousands. */
const MAX_FINDINGS = 100;
const MAX_IN_DETAIL = 10;
/** Items that are read until other requests get a pause. */
const SLICE = 1000;

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
      // All items of one moment: requests are served while they are redacted.
      const contents = requestedApis(request).flatMap(api =>
        resourcesOf(api).resources.map(resource => ({ resource, items: [...state.table(resource).all()] })),
      );
      const shown = keepSecrets ? contents : await withoutSecrets(contents);
      return exactJson(writeSnapshot(shown), 2);
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
            .slice(0, MAX_IN_DETAIL)
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
      const findings = await findingsOf(contents);
      const tables = contents.map(({ resource, items }) => ({
        api: resource.api.name,
        resource: resource.name,
        items,
      }));
      const loaded = tables.reduce((sum, { items }) => sum + items.length, 0);
      const { entries, bytes } = await changeSession(request, session => {
        const { state } = session;
        state.load(tables, sessionTime(session, request.state.now()));
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

interface StoredContents {
  readonly resource: Resource;
  readonly items: readonly StoredItem[];
}

async function withoutSecrets(contents: readonly StoredContents[]): Promise<readonly StoredContents[]> {
  const shown: (StoredContents & { readonly redacted: readonly StoredItem[] })[] = [];
  for (const { resource, items } of contents) {
    const redacted: StoredItem[] = [];
    for (let from = 0; from < items.length; from += SLICE) {
      const slice = items.slice(from, from + SLICE);
      const values = redactItems(
        resource.api,
        slice.map(({ value }) => value),
      );
      redacted.push(...slice.map((item, index) => ({ ...item, value: values[index] ?? item.value })));
      await pause();
    }
    shown.push({ resource, items, redacted });
  }
  return withoutSecretIds(shown);
}

async function findingsOf(contents: readonly ResourceContents[]) {
  const findings: ReturnType<typeof toItemFindingJson>[] = [];
  for (const { resource, items } of contents)
    for (const [index, { value, pointer }] of items.entries()) {
      for (const finding of itemFindings(resource, value))
        findings.push(toItemFindingJson({ ...finding, at: pointer + finding.at }));
      if (index % SLICE === SLICE - 1) await pause();
    }
  return findings;
}
