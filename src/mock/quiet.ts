// What of a session a call needs to be performed: nothing that changes, its turn, or its memory. Who needs less is quicker.
import type { Operation } from '../contract/contract.ts';
import { isOn } from '../scenario/choose.ts';
import type { Deliver, Rule, Scenario } from '../scenario/scenario.ts';
import type { Preferences } from './preferences.ts';
import type { Session } from './session.ts';
import { playing, type World } from './world.ts';

/** What a tester has set in a session: all that decides which stories have a part in a call. */
export type Standing = Readonly<Pick<Session, 'active' | 'off' | 'deliver' | 'seed'>>;

interface Verdicts {
  readonly world: World;
  /** True: chance may be drawn, and then every call of the session counts. */
  readonly draws: boolean;
  readonly remembers: Map<Operation, boolean>;
}

const VERDICTS = new WeakMap<Standing, Verdicts>();

/**
 * nothing: any process may perform it, and it is enough to know some day that it was. turn: chance may be drawn in the
 * session, and then every call has to be counted before the next. memory: stories remember it, or something before it.
 */
export type Need = 'nothing' | 'turn' | 'memory';

/** @param standing never changed in place */
export function needOf(
  world: World,
  standing: Standing,
  operation: Operation,
  { code, example }: Preferences,
): Need {
  let verdicts = VERDICTS.get(standing);
  if (verdicts?.world !== world) {
    verdicts = { world, draws: draws(world, standing), remembers: new Map() };
    VERDICTS.set(standing, verdicts);
  }
  const otherwise = verdicts.draws ? 'turn' : 'nothing';
  if (standing.deliver?.times !== undefined) return 'memory';
  // No story has a part in it.
  if (code !== undefined || example !== undefined) return otherwise;
  let remembers = verdicts.remembers.get(operation);
  if (remembers === undefined) {
    remembers = playing(world, standing, operation)
      .filter(({ api }) => api === operation.api.name)
      .some(({ rules }) => rules.some(rule => isOn(rule, operation) && needsMemory(rule)));
    verdicts.remembers.set(operation, remembers);
  }
  return remembers ? 'memory' : otherwise;
}

function draws(world: World, standing: Standing): boolean {
  const { active, off, deliver } = standing;
  const own = active.flatMap(id => world.scenarios.get(id) ?? []);
  return (
    isChancy(deliver) ||
    own.some(drawsIn) ||
    world.onByDefault.some(each => !off.has(each.id) && drawsIn(each))
  );
}

const CHANCY = new WeakMap<Scenario, boolean>();

function drawsIn(scenario: Scenario): boolean {
  let chancy = CHANCY.get(scenario);
  if (chancy === undefined) {
    chancy = scenario.rules.some(
      rule => mentions(rule, /\b(?:uuid|random)\b/) || deliveries(rule).some(isChancy),
    );
    CHANCY.set(scenario, chancy);
  }
  return chancy;
}

function isChancy(deliver: Deliver | undefined): boolean {
  return deliver?.percent !== undefined || typeof deliver?.delay === 'object';
}

function needsMemory(rule: Rule): boolean {
  return (
    Array.isArray(rule.reply) ||
    rule.becomes !== undefined ||
    rule.remember !== undefined ||
    rule.when?.state !== undefined ||
    deliveries(rule).some(({ times }) => times !== undefined) ||
    mentions(rule, /\bmemory\b/)
  );
}

function deliveries({ deliver, reply }: Rule): Deliver[] {
  const steps = Array.isArray(reply) ? reply : [reply];
  return [deliver, ...steps.map(step => (typeof step === 'object' ? step.deliver : undefined))].filter(
    each => each !== undefined,
  );
}

/** Whether a template may say the word. One too many costs a little time, and one too few would be wrong. */
function mentions(rule: Rule, word: RegExp): boolean {
  const text = JSON.stringify(rule);
  return /\{[{%]/.test(text) && word.test(text);
}
