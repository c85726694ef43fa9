// Connections between processes as streams: whatever carries their pieces, Node's HTTP runs over them as over a socket.
import { Duplex } from 'node:stream';

/** What one end says to the other. "close": at once, whatever was still to come. */
export type Piece = Uint8Array | 'end' | 'close';

export interface Tunnel {
  /** For Node's HTTP. */
  readonly stream: Duplex;
  /** Takes what the other end said. */
  take(piece: Piece): void;
}

/**
 * @param send carries a piece to the other end, in order
 * @param localAddress what the stream says of itself: the address that the client asked
 */
export function openTunnel(send: (piece: Piece) => void, localAddress: string | undefined): Tunnel {
  const stream = new Duplex({
    read() {},
    write(chunk: Uint8Array, _encoding, done) {
      send(chunk);
      done();
    },
    final(done) {
      send('end');
      done();
    },
    destroy(error, done) {
      send('close');
      done(error);
    },
  });
  return {
    stream: Object.assign(stream, { localAddress }),
    take(piece) {
      if (stream.destroyed) return;
      if (piece === 'close') stream.destroy();
      else stream.push(piece === 'end' ? null : piece);
    },
  };
}
