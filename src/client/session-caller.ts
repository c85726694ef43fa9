// Calls the routes of one session, and creates the session where a route needs it.
import { DEFAULT_SESSION, SESSION_NAME } from '../exchange/session-name.ts';
import { InputError } from '../finding/input-error.ts';
import { type ControlConnection, ControlRefusal, callControl } from './call-control.ts';
import type {
  ControlCall,
  ControlMethod,
  ControlPath,
  ControlResult,
  PathsWith,
} from './control-operation.ts';

type SessionPath = Extract<ControlPath, `/sessions/{id}${string}`>;

/** The name of the session is that of the caller. */
type SessionCall<P extends ControlPath, M extends ControlMethod> = Omit<ControlCall<P, M>, 'path'> & {
  readonly path?: Omit<NonNullable<ControlCall<P, M>['path']>, 'id'>;
};

export type SessionCaller = <M extends ControlMethod, P extends PathsWith<M> & SessionPath>(
  method: M,
  path: P,
  call?: SessionCall<P, M>,
) => Promise<ControlResult<P, M>>;

/** @throws InputError if no session can have the name */
function requireSessionName(name: string): string {
  if (SESSION_NAME.test(name)) return name;
  throw new InputError(
    `${JSON.stringify(name)} is not a valid session name: use 1 to 64 letters, digits, dots, hyphens and underscores, and begin with a letter or digit`,
  );
}

/**
 * Creates a session that the server does not know: before its first request, a test gets an empty journal and no error.
 * @throws InputError if no session can have the name
 */
export function createSessionCaller(connection: ControlConnection, session = DEFAULT_SESSION): SessionCaller {
  const id = requireSessionName(session);
  return async (method, template, { path = {}, query = {}, body } = {}) => {
    const target = fillPath(template, { ...path, id }, query);
    const send = () => callControl(connection, method.toUpperCase(), target, body);
    try {
      return (await send()) as never;
    } catch (error) {
      const isMissing = error instanceof ControlRefusal && error.code === 'no-such-session';
      // Do not create a session to delete it: the event stream would show a session that nobody used.
      if (!isMissing || (method === 'delete' && template === '/sessions/{id}')) throw error;
    }
    // Another client may create it at the same time.
    await callControl(connection, 'POST', '/sessions', { id }).catch(ignoreRefusal);
    return (await send()) as never;
  };
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ControlRefusal)) throw error;
}

/** Fills the variables of a path. Undefined query parameters are left out, lists are repeated. */
function fillPath(template: string, values: object, query: object): string {
  const variables = new Map<string, unknown>(Object.entries(values));
  const filled = template.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(String(variables.get(name))),
  );
  const pairs = Object.entries(query).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value])
      .filter(each => each !== undefined)
      .map((each): [string, string] => [name, String(each)]),
  );
  return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs)}`;
}
