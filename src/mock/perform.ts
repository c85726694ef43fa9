// A session's part in a call: which rule of its stories applies, what that changes in its memory, and its share of chance.
import type { Call } from '../scenario/call.ts';
import { BLANK, budgeted, choose, type Plan } from '../scenario/choose.ts';
import { seeded } from '../scenario/delivery.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { fill, type Surroundings } from '../scenario/template.ts';
import { hash } from './generate.ts';
import type { Preferences } from './preferences.ts';
import type { Session } from './session.ts';
import type { Stage } from './stage.ts';
import { playing, type World } from './world.ts';

export interface Performance {
  readonly plan: Plan;
  readonly surroundings: Turn;
  /** What chance begins with here: the client's wish, else the session's. */
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
): Performance | Promise<Performance> {
  const now = stage.now();
  return stage.sessions.use(sessionId, now, session =>
    performIn(world, session, call, wish, ownOnly, takeTurn(session, now)),
  );
}

/** The same, by who has the session for himself. */
export function performIn(
  world: World,
  session: Session,
  call: Call,
  wish: Preferences,
  ownOnly: boolean,
  surroundings: Turn,
): Performance {
  const seed = wish.seed ?? session.seed;
  // Who asks for a status or an example by name wants that, whatever story is being told.
  const stories =
    wish.code !== undefined || wish.example !== undefined
      ? NO_STORIES
      : playing(world, session, call.operation, ownOnly);
  if (stories.length === 0 && session.deliver === undefined) return { plan: NOTHING, surroundings, seed };
  const plan = choose(stories, session.memory, call, surroundings.chance);
  const own =
    plan.deliver === undefined
      ? budgeted(session.deliver, plan.memory, 'session', surroundings.chance)
      : plan;
  session.memory = own.memory;
  for (const [name, template] of Object.entries(plan.remember)) {
    session.memory = {
      ...session.memory,
      values: { ...session.memory.values, [name]: fill(template, call, surroundings) },
    };
  }
  surroundings.memory = session.memory.values;
  return { plan: { ...plan, deliver: own.deliver }, surroundings, seed };
}

const NO_STORIES: readonly Scenario[] = [];

/** For made-up bodies: the same for the same session seed, operation and parameters, today and tomorrow. */
export function bodySeed(seed: string, { operation, request }: Call): string {
  return `${seed} ${operation.api.name} ${operation.id} ${request.path}?${request.query}`;
}

export function takeTurn(session: Session, startedAt: number): Turn {
  return new Turn(session.memory.values, startedAt, `${session.seed} ${++session.turns}`);
}

/** What templates see besides the call itself: worked out when one asks, since most calls play none. */
export class Turn implements Surroundings {
  /** Once the rules have remembered something, with that. */
  memory: Surroundings['memory'];
  readonly startedAt: number;
  /** What all chance of the turn depends on. */
  readonly seed: string;
  /** How often chance was asked. */
  drawn = 0;
  #draw: (() => number) | undefined;

  constructor(memory: Surroundings['memory'], startedAt: number, seed: string) {
    this.memory = memory;
    this.startedAt = startedAt;
    this.seed = seed;
  }

  get now(): string {
    return new Date(this.startedAt).toISOString();
  }

  readonly chance = (): number => {
    this.drawn++;
    this.#draw ??= seeded(hash(this.seed));
    return this.#draw();
  };
}
