// The switches of a session: what it changes for everything, an API or an operation, without a scenario.

import { type Contract, type Operation, responseFor } from '../../openapi/model.ts';
import type { DeliverySpec } from '../../scenario/scenario.ts';
import { declaresExample, offContractReason } from '../respond/forced-response.ts';
import { EVERYTHING, operationTarget, parseTarget } from '../target.ts';
import type { SwitchedRate } from './rate-limits.ts';
import { normalizeSettings, operationsOf, type SwitchSettings } from './switch-settings.ts';

/** A switch of a session. */
export interface Switch {
  /** "*", "petstore" or "petstore.getPet". */
  readonly target: string;
  readonly settings: SwitchSettings;
  /** Calls to the target since the switch was set. */
  calls: number;
  /** The lasting switch that this one interrupts for some calls: it decides on all other calls. */
  readonly otherwise?: Switch;
}

/** A switch as the control API shows it. */
export interface SwitchView extends SwitchSettings {
  readonly target: string;
  readonly calls: number;
  /** waiting: the first `after` calls are normal. used-up: `times` calls were changed, and the others are normal. */
  readonly state: 'waiting' | 'on' | 'used-up';
  /** What holds for the other calls, if it is not the normal response. */
  readonly otherwise?: SwitchSettings;
  /** Why the status is off-contract; absent: the document declares it, or the target is unknown. */
  readonly offContract?: string;
}

/** The key under which a session counts the deliveries of a switch. */
export function switchKey(target: string): string {
  return `switch ${target}`;
}

/** What the switches of a session say about one call. */
export interface AppliedSwitches {
  /** Undefined: no switch sets the reply. */
  readonly reply: ForcedReply | undefined;
  /** Those that set a delivery, the most specific first. */
  readonly deliveries: readonly { readonly target: string; readonly deliver: DeliverySpec }[];
  /** Undefined: no switch says anything about rate limits. */
  readonly rate: SwitchedRate | undefined;
}

export interface ForcedReply {
  readonly target: string;
  /** Undefined: the success status. */
  readonly status: number | undefined;
  readonly example: string | undefined;
}

/** The switches whose target includes the operation, the most specific first. */
export function switchesFor(switches: ReadonlyMap<string, Switch>, operation: Operation): readonly Switch[] {
  if (switches.size === 0) return NO_SWITCHES;
  const targets = [operationTarget(operation), operation.api.name, EVERYTHING];
  return targets.flatMap(target => switches.get(target) ?? []);
}

const NO_SWITCHES: readonly Switch[] = [];

/**
 * What the switches change for a call, which is counted. Of the switches that set a reply, the most specific one decides.
 * @param isRepeated true: the call was counted before, when an upstream was to respond
 */
export function applySwitches(
  switches: readonly Switch[],
  operation: Operation,
  isRepeated: boolean,
): AppliedSwitches {
  let reply: ForcedReply | undefined;
  const deliveries: { target: string; deliver: DeliverySpec }[] = [];
  let rate: SwitchedRate | undefined;
  for (const each of switches) {
    const { target } = each;
    const settings = countCall(each, isRepeated);
    if (settings === undefined) continue;
    reply ??= replyOf(target, settings, operation);
    if (settings.deliver !== undefined) deliveries.push({ target, deliver: settings.deliver });
    if (settings.rate !== undefined) rate ??= { target, rate: settings.rate };
  }
  return { reply, deliveries, rate };
}

/** The reply that the switches set for the next call, which is not counted. */
export function nextReply(switches: readonly Switch[], operation: Operation): ForcedReply | undefined {
  for (const each of switches) {
    const settings = nextSettings(each);
    const reply = settings && replyOf(each.target, settings, operation);
    if (reply !== undefined) return reply;
  }
  return undefined;
}

/** What the switches say about the rate limit of the next call, which is not counted. */
export function nextRate(switches: readonly Switch[]): SwitchedRate | undefined {
  for (const each of switches) {
    const rate = nextSettings(each)?.rate;
    if (rate !== undefined) return { target: each.target, rate };
  }
  return undefined;
}

/** Counts a call. @returns what the switch sets for it */
function countCall(each: Switch, isRepeated: boolean): SwitchSettings | undefined {
  const call = isRepeated ? each.calls : ++each.calls;
  if (stateAt(each.settings, call) === 'on') return each.settings;
  return each.otherwise && countCall(each.otherwise, isRepeated);
}

function nextSettings({ settings, calls, otherwise }: Switch): SwitchSettings | undefined {
  return stateAt(settings, calls + 1) === 'on' ? settings : otherwise && nextSettings(otherwise);
}

function replyOf(
  target: string,
  { status, example }: SwitchSettings,
  operation: Operation,
): ForcedReply | undefined {
  const hasExample = example !== undefined && declaresExample(operation, status, example);
  // The other operations of the target, which lack the example, respond as usual.
  if (status === undefined && !hasExample) return undefined;
  return { target, status, example: hasExample ? example : undefined };
}

/** @param call number of the call, from 1 */
function stateAt({ after = 0, times = Infinity }: SwitchSettings, call: number): SwitchView['state'] {
  return call <= after ? 'waiting' : call <= after + times ? 'on' : 'used-up';
}

/** The switch itself; once it is used up, the one that it interrupted. */
export function currentSwitch(each: Switch): Switch {
  const { settings, calls, otherwise } = each;
  return otherwise !== undefined && stateAt(settings, calls + 1) === 'used-up' ? otherwise : each;
}

/**
 * The switch of a target after a change; undefined: none is left. The settings of a switch that is used up no longer count.
 * @param interrupts true: a lasting switch returns when the changed one is used up
 * @throws InputError if no operation of the target has the example
 */
export function updateSwitch(
  target: string,
  existing: Switch | undefined,
  update: (settings: SwitchSettings) => SwitchSettings,
  interrupts: boolean,
  contract: Contract,
): Switch | undefined {
  const current = existing && currentSwitch(existing);
  const isOver = current === undefined || stateAt(current.settings, current.calls + 1) === 'used-up';
  const before: SwitchSettings = isOver ? {} : current.settings;
  const isInterrupted = interrupts && !isOver && before.times === undefined;
  // The calls that the interrupted switch waits for are its own.
  const { after, ...lasting } = before;
  const settings = normalizeSettings(target, update(isInterrupted ? lasting : before), contract);
  if (settings === undefined) return undefined;
  const otherwise = isInterrupted ? current : current?.otherwise;
  return { target, settings, calls: 0, ...(settings.times !== undefined && otherwise && { otherwise }) };
}

/** The switch at its beginning. */
export function restartSwitch(each: Switch): Switch {
  const { otherwise, ...current } = currentSwitch(each);
  return { ...current, calls: 0, ...(otherwise && { otherwise: restartSwitch(otherwise) }) };
}

/** @param contract for what is off-contract */
export function toSwitchView(each: Switch, contract: Contract): SwitchView {
  const { target, settings, calls, otherwise } = currentSwitch(each);
  const offContract = describeOffContract(target, settings, contract);
  return {
    target,
    ...settings,
    calls,
    state: stateAt(settings, calls + 1),
    ...(otherwise !== undefined && { otherwise: otherwise.settings }),
    ...(offContract !== undefined && { offContract }),
  };
}

function describeOffContract(
  target: string,
  { status }: SwitchSettings,
  contract: Contract,
): string | undefined {
  if (status === undefined) return undefined;
  const operations = operationsOf(target, contract);
  const undeclared = operations.filter(operation => responseFor(operation, status) === undefined);
  const [first] = undeclared;
  if (first === undefined) return undefined;
  if (operations.length === 1) return offContractReason(first, status);
  return `${undeclared.length} of ${operations.length} operations declare no response ${status}`;
}

/** @throws InputError if no document declares the target, with the nearest name */
export function requireTarget(target: string, contract: Contract): void {
  if (target !== EVERYTHING) parseTarget(target, contract);
}
