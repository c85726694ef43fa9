// One stage with two ports: on one the wire answers plain requests, on the other node:http reads everything.
import { once } from 'node:events';
import net from 'node:net';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { Trouble } from '../../src/http/app.ts';
import { type Listening, listen } from '../../src/http/listen.ts';
import { type Mock, type MockOptions, startMock } from '../../src/index.ts';
import type { Served } from '../../src/mock/stage.ts';

export interface Roads {
  readonly mock: Mock;
  readonly node: Listening;
  readonly troubles: Trouble[];
  close(): Promise<void>;
}

export async function bothRoads(options: MockOptions): Promise<Roads> {
  const troubles: Trouble[] = [];
  const onTrouble = (trouble: Trouble): void => {
    troubles.push(trouble);
  };
  const mock = await startMock({ ...options, onTrouble });
  const node = await listen({
    stage: mock.stage,
    ready: Promise.resolve(),
    port: 0,
    host: '127.0.0.1',
    bodyLimit: options.bodyLimit ?? 10 * 1024 * 1024,
    cors: options.cors ?? true,
    token: undefined,
    upstreamTimeout: 1000,
    onTrouble,
    wire: false,
  });
  return {
    mock,
    node,
    troubles,
    async close() {
      await Promise.all([mock.close(0), node.close(0)]);
    },
  };
}

/** What came back until the connection was closed, without what differs from moment to moment; and the verdicts. */
export interface Told {
  readonly answer: string;
  readonly served: readonly object[];
}

/** Sends bytes in these pieces on a connection of their own. */
export async function tell({ mock }: Roads, port: number, pieces: readonly Uint8Array[]): Promise<Told> {
  const served: Served[] = [];
  const unsubscribe = mock.stage.subscribe(each => served.push(each));
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let answer = '';
  socket.on('data', chunk => {
    answer += chunk.toString('latin1');
  });
  // A server that has heard enough may reset; what it said until then counts.
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (const piece of pieces) {
    if (socket.destroyed) break;
    await new Promise<void>(resolve => socket.write(piece, () => resolve()));
    // A turn of the loop, in which the server reads this piece alone.
    await new Promise(setImmediate);
  }
  socket.end();
  await closed;
  unsubscribe();
  return { answer: timeless(answer), served: served.map(withoutTime).toSorted(byText) };
}

/** Requests on one connection may be judged in another order than they are answered in. */
function byText(left: object, right: object): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

export function timeless(answer: string): string {
  return answer.replaceAll(/^(x-deadringer-exchange: ).*$/gim, '$1...').replaceAll(/^(Date: ).*$/gm, '$1...');
}

export function withoutTime({ exchange, operation, ...rest }: Served): object {
  const { request, response }: Exchange = exchange;
  return {
    ...rest,
    operation: operation?.id,
    request: plain(request),
    response: response && plain(response),
  };
}

/** Bodies as text: one reader has a Buffer where another has none. Symbols are what somebody remembers. */
function plain(message: object): object {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    ]),
  );
}
