// The mock without sockets: its request listener with requests and responses that are objects, and CPU time of this process.
import { Buffer } from 'node:buffer';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createRequestListener } from '../src/http/app.ts';
import type { ServerState } from '../src/mock/server-state.ts';
import { startServer } from '../src/start.ts';
import type { MockOptions } from '../src/start-options.ts';

export interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string | undefined;
}

export interface Listener {
  readonly state: ServerState;
  /** @throws Error if the status is 300 or above */
  send(request: PlainRequest): Promise<string>;
}

/** The port is closed again: only the listener is used. */
export async function createListener(options: MockOptions): Promise<Listener> {
  const { state, close } = await startServer(options);
  await close(0);
  const unused = (): never => {
    throw new Error('only mocked APIs are measured');
  };
  const listener = createRequestListener({
    state,
    bodyLimit: 1024 * 1024,
    cors: true,
    corsOrigins: [],
    token: undefined,
    tracing: undefined,
    httpClient: unused,
    callbackSender: unused,
    ready: Promise.resolve(),
    readiness: () => 'ready',
    urls: () => [],
    closing: new AbortController().signal,
    onError: error => {
      throw error.kind === 'bug' ? error.error : new Error(error.kind);
    },
    get scenarioFiles() {
      return unused();
    },
    get replicas() {
      return unused();
    },
    get checks() {
      return unused();
    },
  });
  return { state, send: request => answer(listener, request) };
}

/** From the first look at the head to the call that ends the response. */
function answer(listener: RequestListener, { method, path, headers, body }: PlainRequest): Promise<string> {
  const sent = body === undefined ? undefined : Buffer.from(body);
  const fields = Object.entries({
    host: '127.0.0.1:4010',
    connection: 'keep-alive',
    ...(sent && { 'content-type': 'application/json', 'content-length': String(sent.length) }),
    ...headers,
  });
  const incoming = {
    method,
    url: path,
    rawHeaders: fields.flat(),
    headersDistinct: Object.fromEntries(fields.map(([name, value]) => [name, [value]])),
    on(event: string, listen: (chunk?: Buffer) => void) {
      if (event === 'data') listen(sent);
      if (event === 'end') listen();
    },
  };
  return new Promise((resolve, reject) => {
    let status = 0;
    const outgoing = {
      writeHead: (code: number) => {
        status = code;
      },
      end: (text: string | Uint8Array = '') => {
        if (status < 300) resolve(String(text));
        else reject(new Error(`${method} ${path} is ${status}: ${text}`));
      },
    };
    listener(incoming as unknown as IncomingMessage, outgoing as unknown as ServerResponse);
  });
}

/** Microseconds of CPU time for each call, also of other threads of this process, such as those that collect garbage. */
export async function cpuOf(calls: number, call: (index: number) => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  for (let index = 0; index < calls; index++) await call(index);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / calls;
}
