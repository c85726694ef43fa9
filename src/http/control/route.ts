// The type of a control route, and helpers of all routes: parse bodies, find sessions, report errors.

import type { z } from 'zod';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { DEFAULT_SESSION, SESSION_NAME } from '../../exchange/session-name.ts';
import { describeZodIssue } from '../../finding/describe-zod-issue.ts';
import { didYouMean } from '../../finding/nearest-word.ts';
import type { Problem } from '../../mock/problem.ts';
import type { Replicas } from '../../mock/replicas.ts';
import type { ScenarioFiles } from '../../mock/scenario-files.ts';
import type { ServerState } from '../../mock/server-state.ts';
import type { Session } from '../../mock/session/session-store.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import { KNOWN_KEYS } from '../../scenario/load.ts';
import type { AppOptions } from '../options.ts';

export interface ControlRequest {
  readonly state: ServerState;
  readonly scenarioFiles: ScenarioFiles;
  readonly replicas: Replicas;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly urls: AppOptions['urls'];
  readonly readiness: AppOptions['readiness'];
  readonly callbackSender: AppOptions['callbackSender'];
  readonly tracing: AppOptions['tracing'];
  /** Whether the control API requires a token. */
  readonly hasToken: boolean;
  /** The origin of this server as the client wrote it: "http://127.0.0.1:4010". */
  readonly origin: string;
  /** Parsed JSON; text if the route reads text. */
  readonly body: unknown;
}

export interface ControlResponse {
  readonly status?: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly text?: string;
  readonly type?: string;
  /** Set: browsers save the text in a file of this name. */
  readonly fileName?: string;
}

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  /** True for a POST that changes no session. */
  readonly changesNothing?: true;
  /** True: the body is text of up to 128 MiB, because parsed JSON has lost the digits of long numbers. */
  readonly readsText?: true;
  readonly handle: (request: ControlRequest) => ControlResponse | Promise<ControlResponse>;
}

/** Thrown by a route; the response is its problem. */
export class ControlError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** @throws ControlError if the body is invalid */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body === undefined ? {} : body, { reportInput: true });
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(issue => {
    const { path, message } = describeZodIssue(issue, KNOWN_KEYS);
    return path.length === 0 ? `the body ${message}` : `${jsonPointer(...path)} ${message}`;
  });
  throw new ControlError({ code: 'bad-control', detail: details.join('; ') });
}

/** The session of the path parameter. @throws ControlError if it does not exist */
export async function requireSession({ state, params }: ControlRequest): Promise<Session> {
  const id = parseSessionName(params.id);
  let session = await state.sessions.get(id);
  // The default session always exists.
  if (session === undefined && id === DEFAULT_SESSION) {
    await state.sessions.update(id, state.now(), () => undefined);
    session = await state.sessions.get(id);
  }
  if (session === undefined) throw unknownSessionError(id, await state.sessions.list());
  return session;
}

/** @throws ControlError if the name is invalid */
export function parseSessionName(id: string | undefined): string {
  if (id === undefined || !SESSION_NAME.test(id)) throw unknownSessionError(id);
  return id;
}

/** The API of the path parameter. @throws ControlError if it does not exist */
export function requireApi({ state, params }: ControlRequest): ApiSpec {
  const { apis } = state.config.contract;
  const api = apis.find(({ name }) => name === params.api);
  if (api !== undefined) return api;
  throw unknownName(
    `there is no API "${params.api}"`,
    params.api,
    apis.map(({ name }) => name),
  );
}

/** The operation of the path parameters, or of another one. @throws ControlError if it does not exist */
export function requireOperation(request: ControlRequest, id = request.params.operation): Operation {
  const api = requireApi(request);
  const operation = api.operations.find(each => each.id === id);
  if (operation !== undefined) return operation;
  throw unknownName(
    `the API "${api.name}" has no operation "${id}"`,
    id,
    api.operations.map(each => each.id),
  );
}

function unknownName(detail: string, name: string | undefined, known: readonly string[]): ControlError {
  return new ControlError({
    code: 'no-such-control',
    detail: detail + didYouMean(name ?? '', known),
    hint: 'list the operations with "deadringer coverage" or GET /__deadringer/apis',
  });
}

export function unknownSessionError(
  id: string | undefined,
  sessions: readonly Pick<Session, 'id'>[] = [],
): ControlError {
  const known = sessions.map(session => session.id);
  return new ControlError({
    code: 'no-such-session',
    detail: `there is no session "${id}"${didYouMean(id ?? '', known)}`,
    hint: 'list the sessions with "deadringer sessions" or GET /__deadringer/sessions',
  });
}

export type ControlOptions = Pick<
  AppOptions,
  | 'state'
  | 'urls'
  | 'readiness'
  | 'ready'
  | 'callbackSender'
  | 'tracing'
  | 'scenarioFiles'
  | 'replicas'
  | 'token'
  | 'onError'
  | 'closing'
  | 'checks'
>;
