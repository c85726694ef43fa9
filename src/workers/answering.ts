// What a worker does: it answers requests as a server of one process does, and asks the primary what only that knows.

import process from 'node:process';
import type { ApiSpec } from '../contract/contract.ts';
import { ContractError, loadContract } from '../contract/load.ts';
import type { Trouble } from '../http/app.ts';
import type { Connection } from '../http/door.ts';
import type { Listening } from '../http/listen.ts';
import { passOn } from '../http/pass-on.ts';
import { openTunnel, type Tunnel } from '../http/tunnel.ts';
import type { Stage } from '../mock/stage.ts';
import { Upstreams } from '../mock/upstreams.ts';
import { createWorld, type World } from '../mock/world.ts';
import { limitsOf, openPort, seedOf, setStage, warmUp } from '../start.ts';
import { batching } from './channel.ts';
import type { Assignment, FromWorker, Script, ToWorker } from './messages.ts';
import { createAsking } from './performing.ts';
import { createReplica, type Replica } from './replica.ts';

const say = batching<FromWorker>(messages =>
  // Without a primary there is nobody to tell, and this process ends by itself.
  process.send?.(messages, undefined, undefined, () => {}),
);

/** What the clock of this process adds to that of the machine, in milliseconds. */
const ORIGIN = Number(process.hrtime.bigint()) / 1e6 - performance.now();

let stage: Stage;
let replica: Replica;
let listening: Listening;
let welcome: (socket: Connection) => void;
let options: Assignment;
let isHeard = false;
let isPushing = false;

const worlds = new Map<number, World>();
const versions = new WeakMap<ApiSpec, number>();
const tunnels = new Map<number, Tunnel>();
let opened = 0;

const asking = createAsking(say, world => versions.get(world.contract.apis[0] as ApiSpec) ?? 0);

let turn = Promise.resolve();

process.once('disconnect', () => process.exit());

process.on('message', (messages: readonly ToWorker[], socket?: Connection) => {
  for (const message of messages) {
    if (message.kind === 'socket') {
      // Without one: the client has left meanwhile.
      if (socket !== undefined) welcome(socket);
      say({ kind: 'admitted', id: message.id });
    } else if (message.kind === 'performed') asking.settle(message.number, message.performed);
    else if (message.kind === 'turned') asking.settle(message.number, message.turned);
    else if (message.kind === 'not-performed') asking.settle(message.number, message.failure);
    else if (message.kind === 'tunnel') tunnels.get(message.id)?.take(message.piece);
    else {
      // One after the other: what is said later supposes what was said before.
      turn = turn.then(() => take(message)).catch((error: unknown) => say({ kind: 'failed', error }));
    }
  }
});

async function take(message: Directed): Promise<void> {
  switch (message.kind) {
    case 'begin':
      await begin(message);
      return say({ kind: 'loaded', version: message.script.version });
    case 'open':
      return await open(message);
    case 'step':
      await replica.apply(message.changes);
      return say({ kind: 'step', number: message.number, outbox: await replica.take() });
    case 'load':
      await load(message.script);
      return say({ kind: 'loaded', version: message.script.version });
    case 'swap':
      swap(message.version);
      return say({ kind: 'swapped', version: message.version });
    case 'heard':
      isHeard = message.isHeard;
      return push();
    case 'close':
      await listening.close(message.grace);
      return say({ kind: 'closed', outbox: await replica.take() });
  }
}

type Directed = Exclude<ToWorker, { kind: 'socket' | 'turned' | 'performed' | 'not-performed' | 'tunnel' }>;

async function begin({ options: given, run, script }: ToWorker & { kind: 'begin' }): Promise<void> {
  options = given;
  const world = await load(script);
  const upstreams = new Upstreams([]);
  replica = createReplica({
    limits: limitsOf(options),
    seed: seedOf(options),
    upstreams,
    instant: () => ORIGIN + performance.now(),
    version: operation => (operation && versions.get(operation.api)) ?? script.version,
    onTouched: touched,
    remote: asking.remote,
  });
  const { sessions, elsewhere } = replica;
  stage = setStage(options, world, { run, sessions, upstreams, elsewhere });
}

async function open({ port, changes, isHeard: heard }: ToWorker & { kind: 'open' }): Promise<void> {
  isHeard = heard;
  await replica.apply(changes);
  const onTrouble = (trouble: Trouble): void => say({ kind: 'trouble', trouble });
  listening = await openPort(
    { ...options, port, onTrouble },
    {
      stage,
      ready: Promise.resolve(),
      control: passOn(connect),
      onDoor: enter => {
        welcome = enter;
      },
    },
  );
  say({ kind: 'open' });
  warmUp(stage);
}

async function load(script: Script): Promise<World> {
  const { documents, texts, version } = script;
  const { contract, findings } = await loadContract(documents, {
    ...options,
    texts,
    relativeTo: process.cwd(),
  });
  if (findings.length > 0) throw new ContractError(findings);
  for (const api of contract.apis) versions.set(api, version);
  const scenarios = script.scenarios.map(scenario => ({ ...scenario, source: undefined }));
  const world = createWorld(contract, scenarios, script.leftOut);
  worlds.set(version, world);
  return world;
}

function swap(version: number): void {
  const world = worlds.get(version);
  if (world === undefined) throw new Error(`world ${version} was not loaded`);
  stage.stageWorld(world);
  worlds.clear();
}

function touched(session: string): void {
  if (isHeard) push();
  else say({ kind: 'touched', session });
}

/** Tells what was served, that of one turn together. */
function push(): void {
  if (isPushing || !isHeard) return;
  isPushing = true;
  setImmediate(() => {
    isPushing = false;
    void replica.take().then(outbox => say({ kind: 'outbox', outbox }));
  });
}

function connect(localAddress: string | undefined): Tunnel['stream'] {
  const id = ++opened;
  say({ kind: 'tunnel', id, open: localAddress });
  const tunnel = openTunnel(piece => say({ kind: 'tunnel', id, piece }), localAddress);
  tunnel.stream.once('close', () => tunnels.delete(id));
  tunnels.set(id, tunnel);
  return tunnel.stream;
}
