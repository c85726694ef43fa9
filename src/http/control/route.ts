// What a route of the control API is, and what all of them share: reading bodies, finding sessions, refusing.
import { prettifyError, type z } from 'zod';
import { SESSION_NAME } from '../../mock/bind.ts';
import type { Problem } from '../../mock/problem.ts';
import { DEFAULT_SESSION, type Session } from '../../mock/session.ts';
import type { Stage } from '../../mock/stage.ts';

export interface Asked {
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

export interface Route {
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

export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body === undefined ? {} : body);
  if (parsed.success) return parsed.data;
  throw new Refused({ code: 'bad-control', detail: prettifyError(parsed.error) });
}

export async function existing({ stage, params }: Asked): Promise<Session> {
  const id = sessionName(params.id);
  const session = await stage.sessions.get(id);
  // The default session is there from the start, whether anybody has called yet or not.
  if (session === undefined && id === DEFAULT_SESSION)
    return stage.sessions.use(id, stage.now(), made => made);
  if (session === undefined) throw unknownSession(id);
  return session;
}

export function sessionName(id: string | undefined): string {
  if (id === undefined || !SESSION_NAME.test(id)) throw unknownSession(id);
  return id;
}

export function unknownSession(id: string | undefined): Refused {
  return new Refused({
    code: 'no-such-control',
    detail: `there is no session "${id}"`,
    hint: 'GET /__deadringer/sessions lists them',
  });
}
