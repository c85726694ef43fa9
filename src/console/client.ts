// Calls the control API: typed by its OpenAPI document, with the token of this tab, errors as ControlFailure.
import { signal } from '@preact/signals';
import type {
  ControlCall,
  ControlMethod,
  ControlPath,
  ControlResult,
  ControlSchema,
  ControlSchemaName,
  PathsWith,
} from '../client/control-operation.ts';

export type Schema<Name extends ControlSchemaName> = ControlSchema<Name>;

interface CallOptions<P extends ControlPath, M extends ControlMethod> extends ControlCall<P, M> {
  readonly signal?: AbortSignal;
}

/** The server rejects a call, or does not answer. `code`: of the problem, or "unreachable". */
export class ControlFailure extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly hint: string | undefined;
  /** What is wrong with what was sent, if the server lists it. */
  readonly findings: readonly Schema<'ItemFinding'>[];

  constructor(
    code: string,
    message: string,
    status?: number,
    hint?: string,
    findings: readonly Schema<'ItemFinding'>[] = [],
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.hint = hint;
    this.findings = findings;
  }
}

/** The control API is where the page is. */
const BASE = new URL('.', location.href).pathname.replace(/\/$/, '');
const TOKEN_KEY = 'deadringer-token';

/** Set while the server waits for a token: the shell asks for it. */
export const tokenWanted = signal<{ readonly wasWrong: boolean } | undefined>(undefined);
let tokenGiven = Promise.withResolvers<void>();

/** Keeps the token for this tab, and repeats the calls that wait for it. It is never part of a URL. */
export function giveToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
  tokenWanted.value = undefined;
  tokenGiven.resolve();
  tokenGiven = Promise.withResolvers();
}

/** Whether the server requires a token, which this tab has. */
export function hasToken(): boolean {
  return sessionStorage.getItem(TOKEN_KEY) !== null;
}

/** @example const { sessions } = await control('get', '/sessions'); */
export async function control<M extends ControlMethod, P extends PathsWith<M>>(
  method: M,
  path: P,
  { path: values = {} as never, query, body, signal }: CallOptions<P, M> = {},
): Promise<ControlResult<P, M>> {
  const response = await fetchControl(controlPath(path, values, query), {
    method: method.toUpperCase(),
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': method === 'patch' ? 'application/merge-patch+json' : 'application/json' },
    }),
    ...(signal !== undefined && { signal }),
  });
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as ControlResult<P, M>;
}

/** Fills the variables of a path. @example controlPath('/sessions/{id}', { id }) is "/sessions/anna" */
export function controlPath(template: string, values: object, query: object = {}): string {
  const variables = values as Record<string, unknown>;
  const filled = template.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(String(variables[name])),
  );
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs)}`;
}

/**
 * Calls the control API, and waits for the token if the server requires one.
 * @param path below the base of the control API: "/sessions/anna/journal.har"
 * @throws ControlFailure
 */
export async function fetchControl(path: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const token = sessionStorage.getItem(TOKEN_KEY);
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    let response: Response;
    try {
      response = await fetch(BASE + path, { ...init, headers, cache: 'no-store' });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ControlFailure(
        'unreachable',
        'The server does not answer.',
        undefined,
        'Is it still running?',
      );
    }
    if (response.ok) return response;
    if (response.status !== 401) throw await toFailure(response);
    // Another call may have got the token meanwhile.
    if (sessionStorage.getItem(TOKEN_KEY) !== token) continue;
    tokenWanted.value = { wasWrong: token !== null };
    await tokenGiven.promise;
  }
}

type ProblemBody = Partial<Record<'type' | 'detail' | 'hint', string>> &
  Partial<Pick<ControlFailure, 'findings'>>;

async function toFailure(response: Response): Promise<ControlFailure> {
  const { status } = response;
  try {
    const { type = '', detail = '', hint, findings } = (await response.json()) as ProblemBody;
    return new ControlFailure(type.replace(/^deadringer:/, ''), detail, status, hint, findings);
  } catch {
    return new ControlFailure('unexpected', `The server answers with status ${status}.`, status);
  }
}

/** Saves an answer of the control API as a file, without an address that holds the token. */
export async function download(path: string, fileName: string): Promise<void> {
  saveBlob(await (await fetchControl(path)).blob(), fileName);
}

export function saveBlob(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken the file when the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * Sends a file with POST, and tells how much of it was sent: fetch() does not.
 * @returns the text of the response
 * @throws ControlFailure; the reason of the signal after an abort
 */
export async function uploadFile(
  path: string,
  file: Blob,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  // Waits for the token, so that no file is sent in vain.
  await fetchControl('/health', { signal });
  const request = new XMLHttpRequest();
  request.open('POST', BASE + path);
  const token = sessionStorage.getItem(TOKEN_KEY);
  if (token !== null) request.setRequestHeader('authorization', `Bearer ${token}`);
  request.upload.onprogress = ({ loaded }) => onProgress(loaded);
  signal.addEventListener('abort', () => request.abort());
  await new Promise<void>(resolve => {
    request.onloadend = () => resolve();
    request.send(file);
  });
  signal.throwIfAborted();
  const { status, responseText } = request;
  if (status === 0)
    throw new ControlFailure(
      'unreachable',
      'The file could not be sent.',
      undefined,
      'Is the server still running, and has the file not changed since it was chosen?',
    );
  if (status >= 400) throw await toFailure(new Response(responseText, { status }));
  return responseText;
}
