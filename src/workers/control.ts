// The control API for clients that have reached a worker: their connections come here through tunnels.
import { type ControlOptions, controlApp } from '../http/control/app.ts';
import { admitTo } from '../http/pass-on.ts';
import { openTunnel, type Tunnel } from '../http/tunnel.ts';
import type { Member } from './member.ts';
import type { FromWorker } from './messages.ts';

export interface Control {
  take(member: Member, message: FromWorker & { kind: 'tunnel' }): void;
  /** Ends the connections of a worker that is no more. */
  forget(member: Member): void;
  close(): void;
}

export async function openControl(options: ControlOptions): Promise<Control> {
  const admit = admitTo(
    await controlApp(options, (_, outgoing) => {
      // Workers pass on nothing else.
      outgoing.writeHead(404).end();
    }),
  );
  const tunnels = new Map<Member, Map<number, Tunnel>>();
  const forget = (member: Member): void => {
    for (const { take } of tunnels.get(member)?.values() ?? []) take('close');
    tunnels.delete(member);
  };
  return {
    take(member, message) {
      const { id } = message;
      let own = tunnels.get(member);
      if (own === undefined) {
        own = new Map();
        tunnels.set(member, own);
      }
      if ('piece' in message) {
        own.get(id)?.take(message.piece);
        return;
      }
      const tunnel = openTunnel(piece => member.say({ kind: 'tunnel', id, piece }), message.open);
      tunnel.stream.once('close', () => own.delete(id));
      own.set(id, tunnel);
      admit(tunnel.stream);
    },
    forget,
    close() {
      for (const member of tunnels.keys()) forget(member);
    },
  };
}
