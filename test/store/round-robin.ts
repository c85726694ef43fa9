// A small load balancer: the next request goes to the next replica, or to a random one.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoadBalancer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** New requests reach the replica from now on. @param url its base URL */
  add(url: string): void;
  /** New requests do not reach the replica. Those that it has are finished. */
  remove(url: string): void;
  /** The requests to which a replica closed the connection. */
  readonly failures: readonly string[];
  /** Requests by replica. */
  readonly counts: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/**
 * @param draw numbers from 0 to 1 that choose the replica; without them each in turn
 */
export async function balanceLoad(urls: readonly string[], draw?: () => number): Promise<LoadBalancer> {
  const replicas = [...urls];
  const counts = new Map<string, number>();
  // Replicas close connections that are idle for 5 s. Where all share a busy process, a request could be sent just before.
  const agent = new http.Agent({ keepAlive: true, timeout: 1000 });
  const failures: string[] = [];
  let turn = 0;
  const server = http.createServer((incoming, outgoing) => {
    const first = draw === undefined ? turn++ : Math.floor(draw() * replicas.length);
    // A request may be sent again only if nothing of it was sent, so its body waits for the connection.
    const send = (attempt: number): void => {
      const target = replicas[(first + attempt) % replicas.length];
      if (target === undefined || attempt >= replicas.length) {
        outgoing.writeHead(502).end('no replica accepts connections');
        return;
      }
      const request = http.request(target + incoming.url, {
        agent,
        method: incoming.method,
        headers: [...incoming.rawHeaders],
        setHost: false,
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') send(attempt + 1);
        else {
          if (!outgoing.destroyed)
            failures.push(`${incoming.method} ${target}${incoming.url}: ${error.code ?? error}`);
          // As a client without a balancer would see it.
          outgoing.socket?.destroy();
        }
      });
      request.on('response', response => {
        outgoing.sendDate = false;
        outgoing.writeHead(response.statusCode as number, response.statusMessage, response.rawHeaders);
        outgoing.flushHeaders();
        response.pipe(outgoing);
        response.on('error', () => outgoing.socket?.destroy());
      });
      outgoing.on('close', () => {
        if (!outgoing.writableFinished) request.destroy();
      });
      const pipe = (): void => {
        counts.set(target, (counts.get(target) ?? 0) + 1);
        incoming.pipe(request);
      };
      request.on('socket', socket => {
        if (socket.connecting) socket.once('connect', pipe);
        else pipe();
      });
    };
    send(0);
  });
  // Clients close idle connections. If the server did, a request could meet the end of its connection.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    counts,
    failures,
    add: url => void replicas.push(url),
    remove(url) {
      const index = replicas.indexOf(url);
      if (index < 0) throw new Error(`${url} is no replica`);
      replicas.splice(index, 1);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
}
