// Says in one sentence what a scenario does, made from its rules: "GET /pets/{id} answers 404 when the path parameter id is 7".
import { durationParts } from '../finding/duration.ts';
import { pluralize } from '../finding/plural.ts';
import { truncate } from '../finding/truncate.ts';
import type { ApiSpec, Operation } from '../openapi/model.ts';
import { describeConditions } from './describe-conditions.ts';
import { FAULT_TEXTS } from './fault.ts';
import type { DeliverySpec, ResponseStep, Rule, Scenario, Step } from './scenario.ts';

/** A sentence is read in a list, so it names so many rules, list entries or members, and counts the others. */
const MAX_NAMED = 3;

/** One sentence for all rules. @param api the document of the scenario, if it is loaded */
export function describeScenario({ rules, title }: Scenario, api: ApiSpec | undefined): string {
  if (rules.length === 0) return title.charAt(0).toLowerCase() + title.slice(1);
  const shown = rules.slice(0, MAX_NAMED).map((rule, index) => {
    const previous = rules[index - 1];
    if (previous?.on !== rule.on) return describeRule(rule, api);
    return `${previous.reply === undefined ? 'it' : 'otherwise it'} ${predicateOf(rule)}`;
  });
  const more = rules.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${pluralize(more, 'more rule')}` : ''}`;
}

/** What one rule does, as a clause without a full stop. */
export function describeRule(rule: Rule, api: ApiSpec | undefined): string {
  return `${subjectOf(rule, api)} ${predicateOf(rule)}`;
}

function subjectOf({ on }: Rule, api: ApiSpec | undefined): string {
  if (on === '*') return 'every call';
  const operation = api && operationsOf(api).get(on);
  return operation === undefined ? truncate(on, 200) : `${operation.method} ${operation.path}`;
}

const OPERATIONS = new WeakMap<ApiSpec, ReadonlyMap<string, Operation>>();

/** By id. A document of thousands of operations has many times as many scenarios. */
function operationsOf(api: ApiSpec): ReadonlyMap<string, Operation> {
  const known = OPERATIONS.get(api) ?? new Map(api.operations.map(operation => [operation.id, operation]));
  OPERATIONS.set(api, known);
  return known;
}

function predicateOf(rule: Rule): string {
  const { reply, deliver, callbacks, when } = rule;
  const parts = [
    reply === undefined ? usualResponse(deliver) : `answers ${describeReply(rule)}`,
    reply !== undefined && deliver !== undefined && describeDelivery(deliver),
    callbacks !== undefined && describeCallbacks(callbacks),
    describeConditions(when),
    rule['even-if-invalid'] === true && 'even if the request is invalid',
  ];
  return `${parts.filter(Boolean).join(' ')}${effectsOf(rule)}`;
}

/** A rule without a reply changes how the usual response is delivered, or only what the session remembers. */
function usualResponse(deliver: DeliverySpec | undefined): string {
  if (deliver === undefined) return 'answers as usual';
  return deliver.fault === undefined ? `answers ${describeDelivery(deliver)}` : describeDelivery(deliver);
}

function describeReply({ reply, then = 'repeat-last' }: Rule): string {
  const steps = [reply].flat() as readonly Step[];
  const counted: { step: DescribedStep; count: number }[] = [];
  for (const step of steps.map(describeStep)) {
    const last = counted.at(-1);
    if (last?.step.status === step.status && last.step.details === step.details) last.count += 1;
    else counted.push({ step, count: 1 });
  }
  const texts = counted.map(({ step: { status, details }, count }) => {
    const times = count === 1 ? '' : count === 2 ? ' twice' : ` (${count} times)`;
    return `${status}${times}${details}`;
  });
  const shown = texts.slice(0, MAX_NAMED + 1);
  const more = texts.length - shown.length;
  const after = Array.isArray(reply) ? AFTER_LIST[then] : '';
  return `${shown.join(', then ')}${more > 0 ? `, then ${pluralize(more, 'more response')}` : ''}${after}`;
}

const AFTER_LIST: Readonly<Record<NonNullable<Rule['then']>, string>> = {
  'repeat-last': '',
  loop: ', again and again',
  'pass-on': ', then as usual',
  fail: ', then with an error of the mock',
};

interface DescribedStep {
  readonly status: string;
  readonly details: string;
}

function describeStep(step: Step): DescribedStep {
  if (typeof step === 'number') return { status: String(step), details: '' };
  if (step === 'upstream') return { status: 'with the response of the upstream service', details: '' };
  const content = [bodyOf(step), headersOf(step)].filter(text => text !== undefined);
  const delivery = step.deliver === undefined ? '' : ` ${describeDelivery(step.deliver)}`;
  return {
    status: describeStatus(step.status),
    details: `${content.length === 0 ? '' : ` with ${content.join(' and ')}`}${delivery}`,
  };
}

function describeStatus(status: ResponseStep['status']): string {
  if (status === undefined) return 'as usual';
  return typeof status === 'number' ? String(status) : `with the status ${truncate(status, 80)}`;
}

function bodyOf({ example, body, patch, 'body-file': file }: ResponseStep): string | undefined {
  if (file !== undefined) return `the file ${truncate(file, 80)}`;
  if (body !== undefined) return body === null ? 'no body' : 'its own body';
  const changed = patch && `changes in ${listNames(Object.keys(patch))}`;
  if (example === undefined) return changed;
  const named = `the example "${truncate(example, 80)}"`;
  return changed === undefined ? named : `${named} and ${changed}`;
}

function headersOf({ headers = {} }: ResponseStep): string | undefined {
  const set = Object.keys(headers).filter(name => headers[name] !== null);
  const removed = Object.keys(headers).filter(name => headers[name] === null);
  const texts = [
    ...(set.length > 0 ? [`the ${set.length === 1 ? 'header' : 'headers'} ${listNames(set)}`] : []),
    ...(removed.length > 0 ? [`no header ${listNames(removed)}`] : []),
  ];
  return texts.length === 0 ? undefined : texts.join(' and ');
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).map(name => truncate(name, 40));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** "after 2s", "at 100 bytes per second", "but resets the connection"; a verb if there is no reply and a fault. */
function describeDelivery({ delay, drip, interval, fault, percent, times }: DeliverySpec): string {
  const parts = [
    fault !== undefined && FAULT_TEXTS[fault],
    delay !== undefined && describeDelay(delay),
    drip !== undefined && `at ${pluralize(drip, 'byte')} per second`,
    interval !== undefined && `with ${durationText(interval)} between items`,
    percent !== undefined && `in ${percent} % of the calls`,
    times !== undefined && `for the first ${times === 1 ? 'call' : `${times} calls`}`,
  ];
  return parts.filter(Boolean).join(' ');
}

/** "and sends no callback onEvent", "and sends the callback onEvent after 2 s with its own body" */
function describeCallbacks(callbacks: NonNullable<Rule['callbacks']>): string {
  const texts = Object.entries(callbacks).map(([name, specified]) => {
    const subject = name === '*' ? 'other callback' : `callback ${truncate(name, 40)}`;
    if (specified === 'off') return `no ${subject}`;
    const list = [specified].flat();
    if (list.length > 1) return `the ${subject} ${list.length} times`;
    const [{ delay, ...content } = {}] = list;
    const body = bodyOf(content);
    const details = [
      delay === undefined ? '' : describeDelay(delay),
      body === undefined ? '' : `with ${body}`,
    ];
    return ['the', subject, ...details].filter(Boolean).join(' ');
  });
  const shown = texts.slice(0, MAX_NAMED);
  const more = texts.length - shown.length;
  return `and sends ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function describeDelay(delay: NonNullable<DeliverySpec['delay']>): string {
  if (typeof delay !== 'object') return `after ${durationText(delay)}`;
  if ('min' in delay) return `after ${durationText(delay.min)} to ${durationText(delay.max)}`;
  return `after ${durationText(delay.p50)} in half of the calls and up to ${durationText(delay.p99)} in 99 %`;
}

function durationText(duration: string | number): string {
  if (typeof duration === 'string')
    return durationParts(duration)
      .map(([number, unit]) => `${number} ${unit === 'm' ? 'min' : unit}`)
      .join(' ');
  return duration >= 1000 ? `${duration / 1000} s` : `${duration} ms`;
}

function effectsOf({ becomes, remember }: Rule): string {
  const names = Object.keys(remember ?? {});
  return [
    ...(names.length > 0 ? [`, remembers ${listNames(names)}`] : []),
    ...(becomes !== undefined ? [`, and the state becomes "${truncate(becomes, 80)}"`] : []),
  ].join('');
}
