// A port whose connections are answered by other processes: nothing of them is read here.
import net, { type Socket } from 'node:net';
import { bind, type Place } from './listen.ts';

/** What is handed over. */
export type Connection = Socket;

export interface Door extends Place {
  /** Takes no more connections. */
  close(): void;
}

/** Rejects as `bind` does. */
export async function openDoor(
  asked: { readonly port: number; readonly host: string },
  onConnection: (connection: Connection) => void,
): Promise<Door> {
  const server = net.createServer({ pauseOnConnect: true, noDelay: true }, onConnection);
  return { ...(await bind(server, asked)), close: () => server.close() };
}
