// Routes about sessions: made, steered, bound, started over, ended.
import { z } from 'zod';
import { SESSION_NAME } from '../../mock/bind.ts';
import {
  activate,
  bind,
  deactivate,
  deliverAs,
  reseed,
  reset,
  UnknownScenario,
  view,
} from '../../mock/direct.ts';
import { deliverSchema } from '../../scenario/scenario.ts';
import { existing, Refused, type Route, read, sessionName, unknownSession } from './route.ts';

const NEW_SESSION = z.strictObject({
  id: z.string().regex(SESSION_NAME).optional(),
  scenarios: z.array(z.string()).optional(),
  credentials: z.array(z.string().min(1)).optional(),
  seed: z.string().optional(),
});
const SCENARIOS = z.strictObject({ scenarios: z.array(z.string()).min(1) });
const DELIVERY = deliverSchema.nullable();
const CREDENTIAL = z.strictObject({ credential: z.string().min(1) });

export const SESSION_ROUTES: readonly Route[] = [
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
    method: 'put',
    path: '/sessions/:id/delivery',
    handle: async ({ stage, params, body }) => ({
      body: await deliverAs(stage, sessionName(params.id), read(DELIVERY, body) ?? undefined),
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
];

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
