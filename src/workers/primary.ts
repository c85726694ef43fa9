// Several processes on one port: this one holds the sessions and answers for the control API, the workers for all else.
import { fileURLToPath } from 'node:url';
import { type Door, openDoor } from '../http/door.ts';
import type { World } from '../mock/world.ts';
import { askedPlace, loadWorld, type Mock, type MockOptions, reportBugs } from '../start.ts';
import { muster } from './company.ts';
import { type Control, openControl } from './control.ts';
import { type Holder, holdSessions } from './holder.ts';
import type { Member } from './member.ts';
import type { FromWorker, Script } from './messages.ts';

/** A worker that ended unasked. */
export interface Lost {
  readonly pid: number | undefined;
  /** "SIGKILL", "exit code 1" */
  readonly how: string;
  /** Sessions whose journals miss exchanges for that. */
  readonly sessions: readonly string[];
}

/**
 * The same as `startMock`, by so many processes. All of them answer by one set of sessions; what a change of the control
 * API is answered with, all act by.
 * @param onLost told of a worker that ended unasked; another takes its place
 * @throws as `startMock` does
 */
export async function startWorkers(
  options: MockOptions,
  size: number,
  onLost: (lost: Lost) => void,
): Promise<Mock> {
  const { onSessionDropped: _, onTrouble = reportBugs, onText: __, texts: ___, ...assignment } = options;
  const run = crypto.randomUUID().slice(0, 8);
  let holder: Holder;
  let control: Control;
  // They start while the documents are read here.
  const company = muster({
    size,
    begin: ({ number }, script) => ({ kind: 'begin', options: assignment, run: `${run}.${number}`, script }),
    state: () => holder.state(),
    onMessage: heed,
    onLost: (member, how) => {
      control.forget(member);
      void holder.mourn(member);
      onLost({ pid: member.pid, how, sessions: [...member.touched] });
    },
  });

  function heed(member: Member, message: FromWorker): void {
    switch (message.kind) {
      case 'step':
      case 'outbox':
      case 'closed':
        holder.arrive(message.outbox);
        break;
      case 'touched':
        void holder.touch(message.session);
        break;
      case 'turn':
        void holder.turn(member, message.number, message.session);
        break;
      case 'perform':
        void holder.perform(member, message.number, message.call);
        break;
      case 'tunnel':
        control.take(member, message);
        break;
      case 'trouble':
        onTrouble(message.trouble);
        break;
      default:
    }
  }

  let door: Door | undefined;
  try {
    const first = await loadScript(options, 1);
    holder = holdSessions(options, company, run, first.world);
    const { stage, worlds, keepStep } = holder;
    control = await openControl({ stage, keepStep, onTrouble, token: options.token });
    door = await openDoor(askedPlace(options), company.hand);
    const { url, port, close: shut } = door;
    await company.open(first.script, port);
    let version = 1;
    return {
      url,
      port,
      stage,
      async reload() {
        const own = ++version;
        const { world, script } = await loadScript(options, own);
        worlds.set(own, world);
        await company.swap(script);
        stage.stageWorld(world);
        // Requests that were under way may still ask for the one before.
        for (const older of worlds.keys()) if (older < own - 1) worlds.delete(older);
      },
      async close(grace = 5000) {
        shut();
        await company.close(grace);
        control.close();
      },
    };
  } catch (error) {
    door?.close();
    await company.close(0);
    throw error;
  }
}

/** Loads and verifies what the options name, and keeps what the files said. */
async function loadScript(
  options: MockOptions,
  version: number,
): Promise<{ readonly world: World; readonly script: Script }> {
  const texts = new Map<string, string>();
  const world = await loadWorld({ ...options, onText: (file, text) => texts.set(file, text) });
  const documents = world.contract.apis.map(({ document }) => fileURLToPath(document.uri));
  const scenarios = [...world.scenarios.values()].flatMap(({ source, ...rest }) =>
    source === undefined ? [] : [rest],
  );
  return { world, script: { version, documents, texts, scenarios, leftOut: world.leftOut } };
}
