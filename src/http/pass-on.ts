// Requests to the control API where another process has it: passed on as they came, and so is what is answered.
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { isHopByHop } from '../exchange/hop-by-hop.ts';
import { http } from './node-http.ts';

/** @param connect opens a connection to who has the control API, for a client that asked this address */
export function passOn(connect: (localAddress: string | undefined) => Duplex): RequestListener {
  return (incoming, outgoing) => {
    const request = http.request({
      createConnection: () => connect(incoming.socket.localAddress),
      method: incoming.method,
      path: incoming.url,
      headers: fieldsOf(incoming),
      setHost: false,
    });
    request.on('response', response => {
      outgoing.sendDate = false;
      outgoing.writeHead(response.statusCode ?? 0, response.statusMessage, fieldsOf(response));
      outgoing.flushHeaders();
      response.pipe(outgoing);
      // What broke off there breaks off here.
      response.on('error', () => outgoing.destroy());
    });
    request.on('error', () => outgoing.destroy());
    outgoing.on('close', () => request.destroy());
    incoming.pipe(request);
  };
}

/** @returns what takes connections over streams of any kind, whose requests the application answers */
export function admitTo(app: RequestListener): (stream: Duplex) => void {
  const server = http.createServer(app);
  return stream => server.emit('connection', stream);
}

/** As they came, one name and one value after the other. */
function fieldsOf({ rawHeaders }: IncomingMessage): string[] {
  const fields: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!isHopByHop(name.toLowerCase())) fields.push(name, value);
  }
  return fields;
}
