// Control routes for sessions: create, change, bind, reset, delete.
import { z } from 'zod';
import { SESSION_NAME } from '../../exchange/session-name.ts';
import type { ServerState } from '../../mock/server-state.ts';
import {
  activateScenarios,
  bindCredential,
  deactivateScenarios,
  resetSession,
  setSessionSeed,
  toSessionView,
  UnknownScenario,
} from '../../mock/session/commands.ts';
import {
  ControlError,
  parseBody,
  parseSessionName,
  type Route,
  requireSession,
  unknownSessionError,
} from './route.ts';

const NEW_SESSION = z.strictObject({
  id: z.string().regex(SESSION_NAME).optional(),
  scenarios: z.array(z.string()).optional(),
  credentials: z.array(z.string().min(1)).optional(),
  seed: z.string().optional(),
});
const SCENARIOS = z.strictObject({ scenarios: z.array(z.string()).min(1) });
const NEW_CREDENTIAL = z.strictObject({ credential: z.string().min(1), move: z.boolean().optional() });

export const SESSION_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions',
    handle: async ({ state }) => {
      const sessions = (await state.sessions.list()).map(session => toSessionView(session, state));
      return { body: { sessions } };
    },
  },
  {
    method: 'post',
    path: '/sessions',
    handle: async ({ state, body }) => {
      const input = parseBody(NEW_SESSION, body);
      const id = input.id ?? state.nextId();
      if (input.id !== undefined && (await state.sessions.get(id)) !== undefined) {
        throw new ControlError({ code: 'bad-control', detail: `session "${id}" already exists` });
      }
      let created = await rejectUnknownScenario(() => activateScenarios(state, id, input.scenarios ?? []));
      if (input.seed !== undefined) created = await setSessionSeed(state, id, input.seed);
      for (const credential of input.credentials ?? []) await bindOrRefuse(state, id, { credential });
      return { status: 201, body: created };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id',
    handle: async request => ({
      body: toSessionView(await requireSession(request), request.state),
    }),
  },
  {
    method: 'delete',
    path: '/sessions/:id',
    handle: async ({ state, params }) => {
      if (!(await state.sessions.delete(params.id ?? '')))
        throw unknownSessionError(params.id, await state.sessions.list());
      return { status: 204 };
    },
  },
  {
    method: 'post',
    path: '/sessions/:id/reset',
    handle: async ({ state, params }) => ({ body: await resetSession(state, parseSessionName(params.id)) }),
  },
  {
    method: 'post',
    path: '/sessions/:id/scenarios',
    handle: async ({ state, params, body }) => {
      const { scenarios } = parseBody(SCENARIOS, body);
      return {
        body: await rejectUnknownScenario(() =>
          activateScenarios(state, parseSessionName(params.id), scenarios),
        ),
      };
    },
  },
  {
    method: 'delete',
    path: '/sessions/:id/scenarios',
    handle: async ({ state, params, query }) => ({
      body: await rejectUnknownScenario(() =>
        deactivateScenarios(state, parseSessionName(params.id), query.get('scenario') ?? undefined),
      ),
    }),
  },
  {
    method: 'post',
    path: '/sessions/:id/credentials',
    handle: async ({ state, params, body }) => {
      const id = parseSessionName(params.id);
      await state.sessions.configure(id, state.now(), () => undefined);
      await bindOrRefuse(state, id, parseBody(NEW_CREDENTIAL, body));
      return { status: 204 };
    },
  },
];

/** @throws ControlError if another session has the credential: its tests would get the responses of this session */
async function bindOrRefuse(
  state: ServerState,
  id: string,
  { credential, move }: z.infer<typeof NEW_CREDENTIAL>,
): Promise<void> {
  const owner = await bindCredential(state, id, credential, move);
  if (owner === undefined) return;
  throw new ControlError({
    code: 'credential-bound',
    detail: `the credential is bound to session "${owner}"`,
    hint: `send "move": true to POST /__deadringer/sessions/${id}/credentials to take it from that session`,
  });
}

async function rejectUnknownScenario<T>(update: () => Promise<T>): Promise<T> {
  try {
    return await update();
  } catch (error) {
    if (!(error instanceof UnknownScenario)) throw error;
    throw new ControlError({
      code: 'bad-control',
      detail: error.message,
      hint: 'list the scenarios with "deadringer use --list" or GET /__deadringer/scenarios',
    });
  }
}
