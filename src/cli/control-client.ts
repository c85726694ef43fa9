// Client of the control API of a running server.
import { Option } from 'commander';
import { parseExactJson, writeExactJson } from '../exchange/exact-json.ts';
import { UsageError } from './command.ts';

export const controlServerOption = new Option('--server <url>', 'URL of the running server')
  .env('DEADRINGER_URL')
  .default('http://127.0.0.1:4010');
export const controlTokenOption = new Option(
  '--token <text>',
  'token of the control API, if the server requires one',
).env('DEADRINGER_TOKEN');
export const sessionOption = new Option('-s, --session <name>', 'session name')
  .env('DEADRINGER_SESSION')
  .default('default');

/** The server has refused a request. */
export class ControlRefusal extends UsageError {
  /** The problem response, as the server sent it. */
  readonly problem: { readonly detail?: string; readonly hint?: string; readonly findings?: unknown };

  constructor(message: string, problem: ControlRefusal['problem']) {
    super(message);
    this.problem = problem;
  }
}

export interface ControlConnection {
  readonly server: string;
  readonly token?: string;
}

/**
 * @param typed what the user typed for the members of the body, by their pointers: messages name that
 * @throws UsageError with the detail of the server's problem response, or when no server responds
 */
export async function callControl(
  connection: ControlConnection,
  method: string,
  path: string,
  body?: unknown,
  typed: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const response = await fetchControl(connection, method, path, body, typed);
  const text = await response.text();
  return text === '' ? undefined : parseExactJson(text);
}

/** For streams: the response itself, after its status is checked. */
export async function fetchControl(
  connection: ControlConnection,
  method: string,
  path: string,
  body?: unknown,
  typed: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { server } = connection;
  if (!/^https?:$/.test(URL.parse(server)?.protocol ?? ''))
    throw new UsageError(
      `"${server}" is not the URL of a server: write --server (or DEADRINGER_URL) such as http://127.0.0.1:4010`,
    );
  const url = `${server.replace(/(?<!\/)\/+$/, '')}/__deadringer${path}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(connection.token !== undefined && { authorization: `Bearer ${connection.token}` }),
      },
      ...(body !== undefined && { body: writeExactJson(body) }),
    });
  } catch (error) {
    if (error instanceof TypeError && 'cause' in error) {
      throw new UsageError(
        `no server responds at ${server}; start one with "deadringer serve", or use --server`,
      );
    }
    throw error;
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as ControlRefusal['problem'];
  const detail = problem.detail ?? `${response.status} ${response.statusText}`;
  const message = detail.replace(/(?<=^|; )\/\S*/g, pointer =>
    Object.hasOwn(typed, pointer) ? String(typed[pointer]) : pointer,
  );
  const hint = problem.hint === undefined ? '' : `${message.endsWith('?') ? '' : ';'} ${problem.hint}`;
  throw new ControlRefusal(message + hint, problem);
}
