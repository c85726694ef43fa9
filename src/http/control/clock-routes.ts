// Control routes for the clock of a session: read, set, advance, freeze, and back to real time.

import { InputError } from '../../finding/input-error.ts';
import { changeClock, clockPatchSchema, REAL_TIME, toClockView } from '../../mock/session/clock.ts';
import { ControlError, parseBody, parseSessionName, type Route, requireSession } from './route.ts';

export const CLOCK_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions/:id/clock',
    handle: async request => ({ body: toClockView(await requireSession(request), request.state.now()) }),
  },
  {
    method: 'patch',
    path: '/sessions/:id/clock',
    handle: async ({ state, params, body }) => {
      const patch = parseBody(clockPatchSchema, body);
      const now = state.now();
      return {
        body: await state.sessions.configure(parseSessionName(params.id), now, session => {
          session.clock = rejectUnusableTime(() => changeClock(session.clock, patch, now));
          return toClockView(session, now);
        }),
      };
    },
  },
  {
    method: 'delete',
    path: '/sessions/:id/clock',
    handle: async ({ state, params }) => {
      const now = state.now();
      return {
        body: await state.sessions.configure(parseSessionName(params.id), now, session => {
          session.clock = REAL_TIME;
          return toClockView(session, now);
        }),
      };
    },
  },
];

function rejectUnusableTime<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ControlError({
      code: 'bad-control',
      detail: error.message,
      hint: 'DELETE /__deadringer/sessions/{id}/clock, or "deadringer clock reset", shows real time again',
    });
  }
}
