// Calls the control API of a running server: one request, the JSON of the response, errors with a remedy.
import { parseExactJson, writeExactJson } from '../exchange/exact-json.ts';
import { InputError } from '../finding/input-error.ts';

export interface ControlConnection {
  /** URL of the server: "http://127.0.0.1:4010". */
  readonly server: string;
  /** The token of the control API, if the server requires one. */
  readonly token?: string;
}

/** The control API cannot be reached: the text is not a URL, or nothing responds there. */
export class NoServer extends InputError {
  /** What is wrong, without the remedy. */
  readonly reason: string;
  /** False: the text is not a URL. */
  readonly isUrl: boolean;

  constructor(reason: string, isUrl: boolean, remedy: string) {
    super(`${reason}${isUrl ? ';' : ':'} ${remedy}`);
    this.name = 'NoServer';
    this.reason = reason;
    this.isUrl = isUrl;
  }
}

/** The problem response of the server. */
interface Problem {
  readonly type?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly findings?: unknown;
}

/** The control API has rejected a call. The message has the detail and the hint of its problem response. */
export class ControlRefusal extends InputError {
  readonly status: number;
  /** The code of the problem, such as "bad-control"; docs/codes.md lists them. Empty: the response was no problem. */
  readonly code: string;
  /** What is wrong. */
  readonly detail: string;
  /** What to do about it, if the server says so. */
  readonly hint: string | undefined;
  /** What is wrong with what was sent, part by part, if the server lists it. */
  readonly findings: unknown;

  constructor(status: number, detail: string, { type, hint, findings }: Problem) {
    super(hint === undefined ? detail : `${detail}${detail.endsWith('?') ? '' : ';'} ${hint}`);
    this.name = 'ControlRefusal';
    this.status = status;
    this.code = type?.replace(/^deadringer:/, '') ?? '';
    this.detail = detail;
    this.hint = hint;
    this.findings = findings;
  }
}

/**
 * @param path below the base of the control API: "/sessions/anna/reset"
 * @param body the bytes of a file, or a value that is sent as JSON
 * @param typed what the user typed for each member of the body, by JSON Pointer; messages name it instead of the pointer
 * @throws ControlRefusal; NoServer
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

/**
 * @returns the URL without slashes at the end
 * @throws NoServer if it is not an http or https URL
 */
export function requireServerUrl(server: string): string {
  if (/^https?:$/.test(URL.parse(server)?.protocol ?? '')) return server.replace(/(?<!\/)\/+$/, '');
  throw new NoServer(
    `"${server}" is not the URL of a server`,
    false,
    'write one such as http://127.0.0.1:4010',
  );
}

/** For streams: the response itself, after its status is checked. */
export async function fetchControl(
  { server, token }: ControlConnection,
  method: string,
  path: string,
  body?: unknown,
  typed: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const base = requireServerUrl(server);
  // fetch() would remove it together with the part before it, even if it is percent-encoded.
  const dots = /\/(\.{1,2})(?=[/?]|$)/.exec(path)?.[1];
  if (dots !== undefined)
    throw new InputError(`no name may be "${dots}": a URL cannot have it as a part of its path`);
  const bytes = body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : undefined;
  let response: Response;
  try {
    response = await fetch(`${base}/__deadringer${path}`, {
      method,
      headers: {
        'content-type': bytes === undefined ? 'application/json' : 'application/octet-stream',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: bytes ?? writeExactJson(body) }),
    });
  } catch (error) {
    const { code = '' } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (/CERT|SIGNATURE|ALTNAME/.test(code))
      throw new InputError(
        `the certificate of ${server} is not trusted (${code}): set NODE_EXTRA_CA_CERTS to the file of its authority`,
      );
    if (/SSL_WRONG_VERSION|SSL_PACKET|EPROTO/.test(code))
      throw new InputError(`${server} does not serve HTTPS: use ${server.replace('https:', 'http:')}`);
    if (error instanceof TypeError && 'cause' in error)
      throw new NoServer(`no server responds at ${server}`, true, 'it is closed, or was never started');
    throw error;
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const detail = (problem.detail ?? `${response.status} ${response.statusText}`).replace(
    /(?<=^|; )\/\S*/g,
    pointer => (Object.hasOwn(typed, pointer) ? String(typed[pointer]) : pointer),
  );
  throw new ControlRefusal(response.status, detail, problem);
}
