// Every route of the control API, in one table; control.openapi.yaml describes the same.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { toHar } from '../../exchange/har.ts';
import { SESSION_NAME } from '../../mock/bind.ts';
import { coverage } from '../../mock/coverage.ts';
import { activate, bind, deactivate, reseed, reset, UnknownScenario, view } from '../../mock/direct.ts';
import type { Problem } from '../../mock/problem.ts';
import { prefixOf } from '../../mock/refuse.ts';
import { DEFAULT_SESSION, type Session } from '../../mock/session.ts';
import type { Stage } from '../../mock/stage.ts';
import { expectationsSchema, verify } from '../../mock/verify.ts';
import { metersOf } from './metrics.ts';
import { showEntry } from './show.ts';

interface Asked {
  readonly stage: Stage;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface Answer {
  readonly status?: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly text?: string;
  readonly type?: string;
}

interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly handle: (asked: Asked) => Answer | Promise<Answer>;
}

/** Thrown by a route, answered as a problem. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export const ROUTES: readonly Route[] = [
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
    path: '/sessions',
    handle: async ({ stage }) => ({ body: { sessions: (await stage.sessions.list()).map(view) } }),
  },
  {
    method: 'post',
    path: '/sessions',
    handle: async ({ stage, body }) => {
      const given = read(NEW_SESSION, body);
      const id = given.id ?? stage.nextId();
      if (given.id !== undefined && (await stage.sessions.get(id)) !== undefined) {
        throw new Refused({ code: 'bad-control', detail: `there already is a session "${id}"` });
      }
      let made = await withScenarios(() => activate(stage, id, given.scenarios ?? []));
      if (given.seed !== undefined) made = await reseed(stage, id, given.seed);
      for (const credential of given.credentials ?? []) await bind(stage, id, credential);
      return { status: 201, body: made };
    },
  },
  { method: 'get', path: '/sessions/:id', handle: async asked => ({ body: view(await existing(asked)) }) },
  {
    method: 'delete',
    path: '/sessions/:id',
    handle: async ({ stage, params }) => {
      if (!(await stage.sessions.end(params.id ?? ''))) throw unknownSession(params.id);
      return { status: 204 };
    },
  },
  {
    method: 'post',
    path: '/sessions/:id/reset',
    handle: async ({ stage, params }) => ({ body: await reset(stage, sessionName(params.id)) }),
  },
  {
    method: 'post',
    path: '/sessions/:id/scenarios',
    handle: async ({ stage, params, body }) => {
      const { scenarios } = read(SCENARIOS, body);
      return { body: await withScenarios(() => activate(stage, sessionName(params.id), scenarios)) };
    },
  },
  {
    method: 'delete',
    path: '/sessions/:id/scenarios',
    handle: async ({ stage, params, query }) => ({
      body: await withScenarios(() =>
        deactivate(stage, sessionName(params.id), query.get('scenario') ?? undefined),
      ),
    }),
  },
  {
    method: 'post',
    path: '/sessions/:id/credentials',
    handle: async ({ stage, params, body }) => {
      const id = sessionName(params.id);
      await stage.sessions.use(id, stage.now(), () => undefined);
      await bind(stage, id, read(CREDENTIAL, body).credential);
      return { status: 204 };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal',
    handle: async asked => {
      const { journal } = await existing(asked);
      const after = Number(asked.query.get('after') ?? 0);
      const operation = asked.query.get('operation');
      const status = asked.query.get('status');
      const found = journal
        .entries()
        .filter(entry => entry.sequence > after)
        .filter(entry => operation === null || entry.operation?.id === operation)
        .filter(entry => status === null || String(entry.exchange.response?.status) === status);
      return { body: { dropped: journal.dropped, entries: found.map(showEntry) } };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal/:exchange',
    handle: async asked => {
      const entry = (await existing(asked)).journal.find(asked.params.exchange ?? '');
      if (entry === undefined)
        throw new Refused({
          code: 'no-such-control',
          detail: `the journal has no exchange "${asked.params.exchange}"`,
        });
      return { body: showEntry(entry) };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.har',
    handle: async asked => {
      const exchanges = (await existing(asked)).journal.entries().map(({ exchange }) => exchange);
      return { type: 'application/json', text: JSON.stringify(toHar(exchanges, CREATOR)) };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.ndjson',
    handle: async asked => {
      const lines = (await existing(asked)).journal
        .entries()
        .map(entry => `${JSON.stringify(showEntry(entry))}\n`);
      return { type: 'application/x-ndjson', text: lines.join('') };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/coverage',
    handle: async asked => ({ body: coverage(asked.stage.world, await existing(asked)) }),
  },
  {
    method: 'get',
    path: '/metrics',
    handle: async ({ stage }) => {
      const registry = metersOf(stage);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  },
  {
    method: 'post',
    path: '/sessions/:id/verify',
    handle: async asked => ({
      body: verify(asked.stage, await existing(asked), read(expectationsSchema, asked.body)),
    }),
  },
  {
    method: 'delete',
    path: '/sessions/:id/journal',
    handle: async asked => {
      (await existing(asked)).journal.clear();
      return { status: 204 };
    },
  },
];

const CREATOR = { name: 'deadringer', version: '1' };

const NEW_SESSION = z.strictObject({
  id: z.string().regex(SESSION_NAME).optional(),
  scenarios: z.array(z.string()).optional(),
  credentials: z.array(z.string().min(1)).optional(),
  seed: z.string().optional(),
});
const SCENARIOS = z.strictObject({ scenarios: z.array(z.string()).min(1) });
const CREDENTIAL = z.strictObject({ credential: z.string().min(1) });

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new Refused({ code: 'bad-control', detail: z.prettifyError(parsed.error) });
}

async function withScenarios<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof UnknownScenario)) throw error;
    throw new Refused({
      code: 'bad-control',
      detail: error.message,
      hint: 'GET /__deadringer/scenarios lists them all',
    });
  }
}

async function existing({ stage, params }: Asked): Promise<Session> {
  const id = sessionName(params.id);
  const session = await stage.sessions.get(id);
  // The default session is there from the start, whether anybody has called yet or not.
  if (session === undefined && id === DEFAULT_SESSION)
    return stage.sessions.use(id, stage.now(), made => made);
  if (session === undefined) throw unknownSession(id);
  return session;
}

function sessionName(id: string | undefined): string {
  if (id === undefined || !SESSION_NAME.test(id)) throw unknownSession(id);
  return id;
}

function unknownSession(id: string | undefined): Refused {
  return new Refused({
    code: 'no-such-control',
    detail: `there is no session "${id}"`,
    hint: 'GET /__deadringer/sessions lists them',
  });
}
