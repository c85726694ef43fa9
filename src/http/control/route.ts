// The type of a control route, and what all routes share: parse bodies, find sessions, report errors.

import { prettifyError, type z } from 'zod';
import type { Problem } from '../../mock/problem.ts';
import type { ServerState } from '../../mock/server-state.ts';
import { SESSION_NAME } from '../../mock/session/identify.ts';
import { DEFAULT_SESSION, type Session } from '../../mock/session/session.ts';
import type { AppOptions } from '../options.ts';

export interface ControlRequest {
  readonly state: ServerState;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface ControlResponse {
  readonly status?: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly text?: string;
  readonly type?: string;
}

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly handle: (request: ControlRequest) => ControlResponse | Promise<ControlResponse>;
}

/** Thrown by a route, answered as a problem. */
export class ControlError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body === undefined ? {} : body);
  if (parsed.success) return parsed.data;
  throw new ControlError({ code: 'bad-control', detail: prettifyError(parsed.error) });
}

export async function requireSession({ state, params }: ControlRequest): Promise<Session> {
  const id = parseSessionName(params.id);
  const session = await state.sessions.get(id);
  // The default session is there from the start, whether anybody has called yet or not.
  if (session === undefined && id === DEFAULT_SESSION)
    return state.sessions.update(id, state.now(), created => created);
  if (session === undefined) throw unknownSessionError(id);
  return session;
}

export function parseSessionName(id: string | undefined): string {
  if (id === undefined || !SESSION_NAME.test(id)) throw unknownSessionError(id);
  return id;
}

export function unknownSessionError(id: string | undefined): ControlError {
  return new ControlError({
    code: 'no-such-control',
    detail: `there is no session "${id}"`,
    hint: 'GET /__deadringer/sessions lists them',
  });
}

/** What the control API needs to know of the application around it. */
export type ControlOptions = Pick<AppOptions, 'state' | 'token' | 'onError'>;
