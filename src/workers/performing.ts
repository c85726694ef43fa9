// A call that stories with a memory have a part in: asked by who answers it, performed where the memory is.
import type { Elsewhere, Performance } from '../mock/perform.ts';
import { performIn, Turn, takeTurn } from '../mock/perform.ts';
import type { Stage } from '../mock/stage.ts';
import type { World } from '../mock/world.ts';
import { Call } from '../scenario/call.ts';
import { BLANK } from '../scenario/choose.ts';
import { TemplateError } from '../scenario/template.ts';
import type { Performed, PerformFailure, Performing } from './messages.ts';
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

export interface Asking {
  readonly remote: Elsewhere;
  /** Takes the answer to a call. */
  settle(number: number, said: Performed | PerformFailure): void;
}

/** @param version the number of a world */
export function createAsking(
  send: (number: number, call: Performing) => void,
  version: (world: World) => number,
): Asking {
  let count = 0;
  const waiting = new Map<number, (said: Performed | PerformFailure) => void>();
  return {
    remote(world, session, { operation, pathValues, request, valid }, wish, ownOnly) {
      const number = ++count;
      const { promise, resolve } = Promise.withResolvers<Performed | PerformFailure>();
      waiting.set(number, resolve);
      send(number, {
        version: version(world),
        session,
        operation: nameOf(operation),
        pathValues,
        request,
        valid,
        wish,
        ownOnly,
      });
      return promise.then(said => ('kind' in said ? fail(said) : performanceOf(said)));
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
