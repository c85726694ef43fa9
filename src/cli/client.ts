// Speaks to the control API of a running server, for the commands that steer it.
import { Option } from 'commander';
import { UsageError } from './command.ts';

export const serverOption = new Option('--server <url>', 'the running server')
  .env('DEADRINGER_URL')
  .default('http://127.0.0.1:4010');
export const tokenOption = new Option('--token <text>', 'its token, where it asks for one').env(
  'DEADRINGER_TOKEN',
);
export const sessionOption = new Option('-s, --session <name>', 'the session')
  .env('DEADRINGER_SESSION')
  .default('default');

export interface Reach {
  readonly server: string;
  readonly token?: string;
}

/** @throws UsageError with the server's own words when it refuses, or when there is none */
export async function callControl(
  reach: Reach,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await open(reach, method, path, body);
  const text = await response.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** For streams: the response itself, once it is known to be good. */
export async function open(reach: Reach, method: string, path: string, body?: unknown): Promise<Response> {
  const url = `${reach.server.replace(/\/+$/, '')}/__deadringer${path}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(reach.token !== undefined && { authorization: `Bearer ${reach.token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (error instanceof TypeError && 'cause' in error) {
      throw new UsageError(
        `nothing answers at ${reach.server}; start it with "deadringer serve", or name another with --server`,
      );
    }
    throw error;
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; hint?: string };
  const said = problem.detail ?? `${response.status} ${response.statusText}`;
  throw new UsageError(problem.hint === undefined ? said : `${said}; ${problem.hint}`);
}
