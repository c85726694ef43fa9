// A session's part in a call: which rule of its stories applies, what that changes in its memory, and its share of chance.
import type { Call } from '../scenario/call.ts';
import { BLANK, budgeted, choose, type Plan } from '../scenario/choose.ts';
import { seeded } from '../scenario/delivery.ts';
import { fill, type Surroundings } from '../scenario/template.ts';
import { hash } from './generate.ts';
import type { Preferences } from './preferences.ts';
import type { Session } from './session.ts';
import type { Stage } from './stage.ts';
import { playing, type World } from './world.ts';

export interface Performance {
  readonly plan: Plan;
  readonly surroundings: Surroundings;
  /** For made-up bodies: the same for the same session seed, operation and parameters, today and tomorrow. */
  readonly seed: string;
}

const NOTHING: Plan = {
  chosen: undefined,
  response: undefined,
  exhausted: false,
  deliver: undefined,
  remember: {},
  trace: [],
  memory: BLANK,
};

/**
 * Performs a call where the session's memory is, when that is another process.
 * @returns undefined when the call neither needs that memory nor changes it, and may be performed here
 */
export type Elsewhere = (
  world: World,
  sessionId: string,
  call: Call,
  wish: Preferences,
  ownOnly: boolean,
) => Promise<Performance> | undefined;

/**
 * Chooses and remembers in one step, so that no other call of the session comes in between.
 * @param ownOnly true: what is on by default makes a mock's answers better, and has no part in those of a real service
 */
export function perform(
  world: World,
  stage: Stage,
  sessionId: string,
  call: Call,
  wish: Preferences,
  ownOnly: boolean,
): Promise<Performance> {
  return (
    stage.elsewhere?.(world, sessionId, call, wish, ownOnly) ??
    stage.sessions.use(sessionId, stage.now(), session =>
      performIn(world, session, call, wish, ownOnly, surroundingsOf(stage, session)),
    )
  );
}

/** The same, by who has the session for himself. */
export function performIn(
  world: World,
  session: Session,
  call: Call,
  wish: Preferences,
  ownOnly: boolean,
  surroundings: Surroundings,
): Performance {
  const { operation, request } = call;
  const seed = `${wish.seed ?? session.seed} ${operation.api.name} ${operation.id} ${request.path}?${request.query}`;
  // Who asks for a status or an example by name wants that, whatever story is being told.
  const stories =
    wish.code !== undefined || wish.example !== undefined ? [] : playing(world, session, ownOnly);
  const { chance } = surroundings;
  const plan =
    stories.length === 0
      ? { ...NOTHING, memory: session.memory }
      : choose(stories, session.memory, call, chance);
  const own = plan.deliver === undefined ? budgeted(session.deliver, plan.memory, 'session', chance) : plan;
  session.memory = own.memory;
  for (const [name, template] of Object.entries(plan.remember)) {
    session.memory = {
      ...session.memory,
      values: { ...session.memory.values, [name]: fill(template, call, surroundings) },
    };
  }
  return {
    plan: { ...plan, deliver: own.deliver },
    surroundings: remembering(surroundings, session),
    seed,
  };
}

/** The same, with what the rules have just remembered. */
function remembering(surroundings: Surroundings, { memory }: Session): Surroundings {
  if (surroundings.memory === memory.values) return surroundings;
  return Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(surroundings), memory: { value: memory.values } },
  ) as Surroundings;
}

/** Begins the session's next turn. */
function surroundingsOf(stage: Stage, session: Session): Surroundings {
  return surroundingsAt(stage.now(), session.memory.values, session.seed, ++session.turns);
}

/** @param ordinal together with the seed, what all chance of the turn depends on */
export function surroundingsAt(
  startedAt: number,
  memory: Surroundings['memory'],
  seed: string,
  ordinal: number,
): Surroundings {
  let draw: (() => number) | undefined;
  return {
    memory,
    get now() {
      return new Date(startedAt).toISOString();
    },
    // Most calls draw nothing, so the generator is made when the first does.
    chance: () => {
      draw ??= seeded(hash(`${seed} ${ordinal}`));
      return draw();
    },
  };
}
