// Applies the scenarios, switches and rate limits of a session to a request: selects a rule, and updates the session.

import { lazyRandom } from '../exchange/seeded-random.ts';
import type { Call } from '../scenario/call.ts';
import { NO_CALLBACKS } from '../scenario/compile.ts';
import { combineDeliveries } from '../scenario/delivery.ts';
import { writeMemory } from '../scenario/memory-key.ts';
import type { DeliverySpec, Scenario } from '../scenario/scenario.ts';
import {
  EMPTY_MEMORY,
  limitDelivery,
  NOTHING_REMEMBERED,
  type RuleSelection,
  rulesFor,
  type ScenarioMemory,
  selectRule,
} from '../scenario/select-rule.ts';
import { TemplateContext, templateScope } from '../scenario/template-context.ts';
import { renderTemplates } from '../scenario/value.ts';
import type { Preferences } from './preferences.ts';
import { activeScenariosFor, isStateOn, type ServedConfig } from './served-config.ts';
import type { ServerState } from './server-state.ts';
import { REAL_TIME, sessionTime } from './session/clock.ts';
import { countRequest, type RateVerdict, rateInForce, type SwitchedRate } from './session/rate-limits.ts';
import type { Maybe } from './session/session-journal.ts';
import type { Session, SessionSettings } from './session/session-store.ts';
import {
  type AppliedSwitches,
  applySwitches,
  type ForcedReply,
  switchesFor,
  switchKey,
} from './session/switches.ts';
import { resourcesOf } from './state/infer-resources.ts';
import type { StateOutcome } from './state/respond-from-state.ts';

export interface AppliedScenarios {
  /** Its delivery includes that of the switches. */
  readonly selection: RuleSelection;
  /** The reply that a switch sets; it takes precedence over that of the selection. */
  readonly forced: ForcedReply | undefined;
  /** Targets of the switches that change the response, the most specific first. */
  readonly switches: readonly string[];
  readonly templateContext: TemplateContext;
  /** True: the session answers from stored items where it can. */
  readonly isStateful: boolean;
  /** Undefined: no rate limit is in force, or the request asks for a response. */
  readonly rateLimit: RateVerdict | undefined;
  /** The time of the session's clock; undefined: it shows real time. */
  readonly sessionTime: number | undefined;
  /** Seed of generated bodies: the one of the request's preferences, otherwise the one of the session. */
  readonly seed: string;
  /** What the stored items gave in the same step; undefined: nothing was asked of them. */
  readonly stored: StateOutcome | undefined;
}

/** A call to which the scenarios of a session are applied. */
export interface ScenarioCall {
  readonly config: ServedConfig;
  readonly call: Call;
  readonly preferences: Preferences;
  /** True: ignore the scenarios that are active by default, because they must not change upstream responses. */
  readonly sessionOnly: boolean;
  /** True: the request was counted before, when an upstream was to respond. */
  readonly isRepeated: boolean;
  /** Asks the stored items of the session, in the same step. A store may call it again, see SessionStore.update. */
  readonly askState: (applied: AppliedScenarios, session: Session) => StateOutcome | undefined;
}

const EMPTY_SELECTION: RuleSelection = {
  response: undefined,
  exhausted: false,
  deliver: undefined,
  callbacks: NO_CALLBACKS,
  remember: NOTHING_REMEMBERED,
  appliedRules: [],
  memory: EMPTY_MEMORY,
};

/**
 * Selects the rule and updates the session in one step, so that concurrent requests of the session cannot interleave. A call
 * that needs nothing of what the session remembers takes no step: its settings are known.
 * @throws TemplateError when a template of "remember" cannot be evaluated
 */
export function applyScenarios(
  state: ServerState,
  sessionId: string,
  applying: ScenarioCall,
): Maybe<AppliedScenarios> {
  const now = state.now();
  const known = state.sessions.settings(sessionId);
  return known instanceof Promise
    ? known.then(settings => applyWith(state, sessionId, applying, settings, now))
    : applyWith(state, sessionId, applying, known, now);
}

function applyWith(
  { sessions }: ServerState,
  sessionId: string,
  applying: ScenarioCall,
  settings: SessionSettings,
  now: number,
): Maybe<AppliedScenarios> {
  if (!needsMemory(applying, settings)) return applyNothing(applying, settings, now);
  return sessions.update(sessionId, now, session => {
    const applied = applyToSession(applying, session, sessionTime(session, now));
    return applied.isStateful ? { ...applied, stored: applying.askState(applied, session) } : applied;
  });
}

/** Whether a call reads or changes what the session remembers. */
function needsMemory(
  { config, call, preferences, sessionOnly }: ScenarioCall,
  settings: SessionSettings,
): boolean {
  const { operation } = call;
  if (operation.callbacks.length > 0 || switchesFor(settings.switches, operation).length > 0) return true;
  if (isRequested(preferences)) return false;
  const { api } = operation;
  // An invalid call gets an error, which shows no stored items.
  if (call.valid && isStateOn(config, settings, api) && resourcesOf(api).roleOf(operation) !== undefined)
    return true;
  return (
    rateInForce(operation, undefined) !== undefined ||
    activeScenariosFor(config, settings, operation, sessionOnly).some(
      scenario => scenario.api === api.name && rulesFor(scenario, operation).length > 0,
    )
  );
}

function applyNothing(
  { config, call, preferences }: ScenarioCall,
  settings: SessionSettings,
  now: number,
): AppliedScenarios {
  const at = sessionTime(settings, now);
  return {
    selection: EMPTY_SELECTION,
    forced: undefined,
    switches: NO_TARGETS,
    templateContext: new TemplateContext(call, EMPTY_MEMORY.values, at, lazyRandom(settings.seed)),
    isStateful: isStateOn(config, settings, call.operation.api),
    rateLimit: undefined,
    sessionTime: settings.clock === REAL_TIME ? undefined : at,
    seed: preferences.seed ?? settings.seed,
    stored: undefined,
  };
}

/** A status or example that the client requests takes precedence over switches and scenarios. */
export function isRequested({ code, example }: Preferences): boolean {
  return code !== undefined || example !== undefined;
}

function applyToSession(
  { config, call, preferences, sessionOnly, isRepeated }: ScenarioCall,
  session: Session,
  at: number,
): AppliedScenarios {
  const random = lazyRandom(`${session.seed} ${++session.scenarioRuns}`);
  const templateContext = new TemplateContext(call, session.memory.values, at, random);
  const seed = preferences.seed ?? session.seed;
  const asksForResponse = isRequested(preferences);
  const scenarios = asksForResponse
    ? NO_SCENARIOS
    : activeScenariosFor(config, session, call.operation, sessionOnly);
  const switches = switchesFor(session.switches, call.operation);
  const isStateful = isStateOn(config, session, call.operation.api);
  const context = {
    templateContext,
    isStateful,
    seed,
    sessionTime: session.clock === REAL_TIME ? undefined : at,
    stored: undefined,
  };
  const countAgainst = (switched: SwitchedRate | undefined): RateVerdict | undefined => {
    const inForce = asksForResponse ? undefined : rateInForce(call.operation, switched);
    return inForce && countRequest(session.rateCounts, inForce, call, at, isRepeated);
  };
  if (scenarios.length === 0 && switches.length === 0) {
    const rateLimit = countAgainst(undefined);
    return { selection: EMPTY_SELECTION, forced: undefined, rateLimit, switches: NO_TARGETS, ...context };
  }
  const { reply, deliveries, rate } = applySwitches(switches, call.operation, isRepeated);
  const rateLimit = countAgainst(rate);
  const isLimited = rateLimit?.isExceeded === true;
  const forced = isLimited || asksForResponse || isSuccessForInvalidCall(reply, call) ? undefined : reply;
  // A request above the limit gets no reply of a scenario, and changes none.
  const isReplied = isLimited || forced !== undefined;
  const selection = selectRule(scenarios, session.memory, call, random, isReplied);
  const { deliver, memory, delivering } = addDeliveries(selection, deliveries, random);
  session.memory = memory;
  const limitedBy = isLimited && 'target' in rateLimit.setBy ? rateLimit.setBy.target : undefined;
  const applied = switches.filter(
    ({ target }) => target === forced?.target || target === limitedBy || delivering.has(target),
  );
  if (selection.remember.length > 0) {
    const scope = templateScope(templateContext);
    const rendered = selection.remember.map(({ key, value }) => ({
      path: key.resolve(scope),
      value: value && renderTemplates(value, templateContext),
    }));
    const values = rendered.reduce((all, { path, value }) => writeMemory(all, path, value), memory.values);
    session.memory = { ...memory, values };
  }
  templateContext.memory = session.memory.values;
  return {
    selection: deliver === selection.deliver ? selection : { ...selection, deliver },
    forced,
    rateLimit,
    switches: applied.map(({ target }) => target),
    ...context,
  };
}

const NO_SCENARIOS: readonly Scenario[] = [];
const NO_TARGETS: readonly string[] = [];

/** An invalid request gets no success, as with scenarios. */
function isSuccessForInvalidCall(reply: ForcedReply | undefined, { valid }: Call): boolean {
  return !valid && (reply?.status ?? 200) < 400;
}

/** The delivery of the switches, most specific first, and then that of the scenarios. */
function addDeliveries(
  selection: RuleSelection,
  deliveries: AppliedSwitches['deliveries'],
  random: () => number,
): { deliver: DeliverySpec | undefined; memory: ScenarioMemory; delivering: ReadonlySet<string> } {
  let { memory } = selection;
  let deliver: DeliverySpec | undefined;
  const delivering = new Set<string>();
  for (const { target, deliver: specified } of deliveries) {
    const limited = limitDelivery(specified, memory, switchKey(target), random);
    ({ memory } = limited);
    if (limited.deliver === undefined) continue;
    deliver = combineDeliveries(deliver, limited.deliver);
    delivering.add(target);
  }
  return { deliver: combineDeliveries(deliver, selection.deliver), memory, delivering };
}

/** Seed of a generated body. The same seed, operation, path and query give the same body. */
export function bodySeed(seed: string, { operation, request }: Call): string {
  return `${seed} ${operation.api.name} ${operation.id} ${request.path}?${request.query}`;
}
