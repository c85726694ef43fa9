// A call that stories with a memory have a part in: asked by who answers it, performed where the memory is.
import type { Elsewhere, Performance } from '../mock/perform.ts';
import { performIn, Turn, takeTurn } from '../mock/perform.ts';
import type { Stage } from '../mock/stage.ts';
import type { World } from '../mock/world.ts';
import { Call } from '../scenario/call.ts';
import { BLANK } from '../scenario/choose.ts';
import { TemplateError } from '../scenario/template.ts';
import type { FromWorker, Performed, PerformFailure, Performing, Turned } from './messages.ts';
import { nameOf, operationNamed } from './operations.ts';

/** Performs what a worker asks. Never throws: what goes wrong is for the worker to say. */
export async function performHere(
  world: World,
  stage: Stage,
  { session: id, operation: name, pathValues, request, valid, wish, ownOnly }: Performing,
): Promise<Performed | PerformFailure> {
  try {
    const operation = operationNamed(world, name);
    if (operation === undefined) throw new Error(`no world of this server has the operation ${name}`);
    const call = new Call({ kind: 'operation', operation, pathValues }, request, valid);
    const startedAt = stage.now();
    return await stage.sessions.use(id, startedAt, session => {
      const turn = takeTurn(session, startedAt);
      const { plan, seed } = performIn(world, session, call, wish, ownOnly, turn);
      const { response, exhausted, deliver, trace } = plan;
      return {
        plan: { response, exhausted, deliver, trace },
        values: turn.memory,
        startedAt,
        chance: { seed: turn.seed, drawn: turn.drawn },
        seed,
      };
    });
  } catch (error) {
    if (error instanceof TemplateError) return { kind: 'template', message: error.message };
    return { kind: 'bug', error };
  }
}

/** Counts a call of a session that stories look at, and tells by what its chance begins. */
export async function turnHere(stage: Stage, id: string): Promise<Turned> {
  const now = stage.now();
  return await stage.sessions.use(id, now, session => {
    const { startedAt, seed } = takeTurn(session, now);
    return { startedAt, seed };
  });
}

/** What only the holder of the sessions can do. */
export interface Remote {
  perform(...call: Parameters<Elsewhere>): Promise<Performance>;
  turn(session: string): Promise<Turned>;
}

export interface Asking {
  readonly remote: Remote;
  /** Takes the answer to a call. */
  settle(number: number, said: Said): void;
}

type Said = Performed | PerformFailure | Turned;

/** @param version the number of a world */
export function createAsking(say: (message: FromWorker) => void, version: (world: World) => number): Asking {
  let count = 0;
  const waiting = new Map<number, (said: Said) => void>();
  const ask = <T extends Said>(messageOf: (number: number) => FromWorker): Promise<T> => {
    const number = ++count;
    const { promise, resolve } = Promise.withResolvers<T>();
    waiting.set(number, resolve as (said: Said) => void);
    say(messageOf(number));
    return promise;
  };
  return {
    remote: {
      async perform(world, session, { operation, pathValues, request, valid }, wish, ownOnly) {
        const name = nameOf(operation);
        const call = {
          version: version(world),
          session,
          operation: name,
          pathValues,
          request,
          valid,
          wish,
          ownOnly,
        };
        const said = await ask<Performed | PerformFailure>(number => ({ kind: 'perform', number, call }));
        return 'kind' in said ? fail(said) : performanceOf(said);
      },
      turn: session => ask<Turned>(number => ({ kind: 'turn', number, session })),
    },
    settle(number, said) {
      waiting.get(number)?.(said);
      waiting.delete(number);
    },
  };
}

function fail(failure: PerformFailure): never {
  if (failure.kind === 'template') throw new TemplateError(failure.message);
  throw failure.error;
}

/** Chance goes on where it was left. */
function performanceOf({ plan, values, startedAt, chance, seed }: Performed): Performance {
  const surroundings = new Turn(values, startedAt, chance.seed);
  while (surroundings.drawn < chance.drawn) surroundings.chance();
  return {
    plan: { ...plan, chosen: undefined, remember: {}, memory: BLANK },
    surroundings,
    seed,
  };
}
