// Applies the scenarios of a session to a request: selects a rule, updates the memory, builds the response.
import type { Call } from '../scenario/call.ts';
import { seededRandom } from '../scenario/delivery.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { EMPTY_MEMORY, limitDelivery, type RuleSelection, selectRule } from '../scenario/select-rule.ts';
import { renderTemplates, type TemplateContext } from '../scenario/template.ts';
import type { Preferences } from './preferences.ts';
import { fnv1a } from './respond/generate.ts';
import { activeScenariosFor, type ServedConfig } from './served-config.ts';
import type { ServerState } from './server-state.ts';
import type { Session } from './session/session.ts';

export interface ScenarioResult {
  readonly selection: RuleSelection;
  readonly templateContext: SessionTemplateContext;
  /** What chance begins with here: the client's wish, else the session's. */
  readonly seed: string;
}

const NO_SELECTION: RuleSelection = {
  selected: undefined,
  response: undefined,
  exhausted: false,
  deliver: undefined,
  remember: {},
  appliedRules: [],
  memory: EMPTY_MEMORY,
};

/**
 * Chooses and remembers in one step, so that no other call of the session comes in between.
 * @param sessionOnly true: what is on by default makes a mock's answers better, and has no part in those of a real service
 */
export function applyScenarios(
  config: ServedConfig,
  state: ServerState,
  sessionId: string,
  call: Call,
  preferences: Preferences,
  sessionOnly: boolean,
): ScenarioResult | Promise<ScenarioResult> {
  const now = state.now();
  return state.sessions.update(sessionId, now, session =>
    applyScenariosIn(config, session, call, preferences, sessionOnly, nextTemplateContext(session, now)),
  );
}

/** The same, by who has the session for himself. */
export function applyScenariosIn(
  config: ServedConfig,
  session: Session,
  call: Call,
  preferences: Preferences,
  sessionOnly: boolean,
  templateContext: SessionTemplateContext,
): ScenarioResult {
  const seed = preferences.seed ?? session.seed;
  // Who asks for a status or an example by name wants that, whatever story is being told.
  const scenarios =
    preferences.code !== undefined || preferences.example !== undefined
      ? NO_SCENARIOS
      : activeScenariosFor(config, session, call.operation, sessionOnly);
  if (scenarios.length === 0 && session.delivery === undefined)
    return { selection: NO_SELECTION, templateContext, seed };
  const selection = selectRule(scenarios, session.memory, call, templateContext.random);
  const limited =
    selection.deliver === undefined
      ? limitDelivery(session.delivery, selection.memory, 'session', templateContext.random)
      : selection;
  session.memory = limited.memory;
  for (const [name, template] of Object.entries(selection.remember)) {
    session.memory = {
      ...session.memory,
      values: { ...session.memory.values, [name]: renderTemplates(template, call, templateContext) },
    };
  }
  templateContext.memory = session.memory.values;
  return { selection: { ...selection, deliver: limited.deliver }, templateContext, seed };
}

const NO_SCENARIOS: readonly Scenario[] = [];

/** For made-up bodies: the same for the same session seed, operation and parameters, today and tomorrow. */
export function bodySeed(seed: string, { operation, request }: Call): string {
  return `${seed} ${operation.api.name} ${operation.id} ${request.path}?${request.query}`;
}

export function nextTemplateContext(session: Session, startedAt: number): SessionTemplateContext {
  return new SessionTemplateContext(
    session.memory.values,
    startedAt,
    `${session.seed} ${++session.scenarioRuns}`,
  );
}

/** What templates see besides the call itself: worked out when one asks, since most calls play none. */
export class SessionTemplateContext implements TemplateContext {
  /** Once the rules have remembered something, with that. */
  memory: TemplateContext['memory'];
  readonly startedAt: number;
  /** What all chance of the turn depends on. */
  readonly seed: string;
  /** How often chance was asked. */
  draws = 0;
  #random: (() => number) | undefined;

  constructor(memory: TemplateContext['memory'], startedAt: number, seed: string) {
    this.memory = memory;
    this.startedAt = startedAt;
    this.seed = seed;
  }

  get now(): string {
    return new Date(this.startedAt).toISOString();
  }

  readonly random = (): number => {
    this.draws++;
    this.#random ??= seededRandom(fnv1a(this.seed));
    return this.#random();
  };
}
