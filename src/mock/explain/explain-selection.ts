// Explains what selected a response: the client, a rule of a scenario, the document, or an upstream service.

import { header } from '../../exchange/exchange.ts';
import { type Contract, type Operation, responseFor } from '../../openapi/model.ts';
import { describeConditions } from '../../scenario/describe-conditions.ts';
import { isMockResponse, type JournalEntry } from '../session/journaled-event.ts';
import type { RateVerdict } from '../session/rate-limits.ts';
import { rateLimitText } from './rate-limit-text.ts';
import {
  locatedRuleName,
  locateNode,
  locateRule,
  problemTexts,
  ruleName,
  sentence,
  servedNow,
  type WhyText,
  why,
} from './why-step.ts';

export function explainSelection(entry: JournalEntry, contract: Contract): readonly WhyText[] {
  const selection = explainSource(entry, contract);
  return entry.rateLimit === undefined || entry.rateLimit.isExceeded
    ? selection
    : [...selection, why(sentence(rateLimitText(entry.rateLimit)))];
}

function explainSource(entry: JournalEntry, contract: Contract): readonly WhyText[] {
  const { upstream, problem } = entry;
  if (upstream === undefined) return [explainMockSelection(entry, contract)];
  const { origin, failure } = upstream;
  if (!isMockResponse(entry)) {
    const text = `The request is sent to ${origin}${upstream.path}, and that service responds.`;
    return [
      why(text, undefined, [...upstreamRule(entry), ...(failure === undefined ? [] : [`${failure}.`])]),
    ];
  }
  const failed = why(`The request is sent to ${origin}${upstream.path}, which fails: ${failure}.`);
  if (problem?.startsWith('upstream-')) return [failed];
  return [failed, explainMockSelection(entry, contract)];
}

function upstreamRule({ rules }: JournalEntry): string[] {
  const rule = rules.at(-1);
  return rule === undefined ? [] : [`Set by the ${locatedRuleName(rule)}.`];
}

function explainMockSelection(entry: JournalEntry, contract: Contract): WhyText {
  const { problem, operation, refusedFor, exchange, preferences, rules } = entry;
  const status = exchange.response?.status;
  if (operation === undefined)
    return problem === undefined
      ? why(
          `OPTIONS is answered with the methods of the path: ${header(exchange.response?.headers ?? {}, 'allow')}.`,
        )
      : why(`The mock responds with an error of its own, ${problem}.`);
  const now = servedNow(contract, entry);
  const delivering = rules.map(rule => `Also applied, without a reply: ${locatedRuleName(rule)}.`);
  if (entry.rateLimit?.isExceeded) return explainRateLimit(entry, entry.rateLimit, now, delivering);
  if (entry.forcedBy !== undefined) return explainSwitch(entry, now, delivering);
  if (rules.at(-1)?.rule.reply !== undefined) return explainRule(entry, now);
  if (refusedFor !== undefined) {
    if (problem !== undefined)
      return why(
        'The document declares no response for this case, so the mock responds with an error of its own.',
        undefined,
        problemTexts(entry).slice(1),
      );
    return why(
      `The document declares ${status} for a request like this.`,
      responseLocation(now, status),
      delivering,
    );
  }
  if (problem !== undefined)
    return why(`The mock responds with an error of its own, ${problem}.`, undefined, problemTexts(entry));
  const wanted = preferences === undefined || 'message' in preferences ? undefined : preferences;
  if (wanted?.code !== undefined || wanted?.example !== undefined) {
    const words = [
      wanted.code === undefined ? '' : `the status ${wanted.code}`,
      wanted.example === undefined ? '' : `the example "${wanted.example}"`,
    ].filter(Boolean);
    return why(
      `The client asks for ${words.join(' and ')}, in ${PREFERENCE_PLACES[wanted.from ?? 'both']}.`,
      responseLocation(now, status),
      ['Scenarios do not apply to such a request.'],
    );
  }
  return why(
    `${status} is the success response of the operation${rules.length === 0 ? ', and no scenario changes it' : ''}.`,
    responseLocation(now, status),
    delivering,
  );
}

const PREFERENCE_PLACES = {
  header: 'its Prefer header',
  query: 'its query',
  both: 'its Prefer header and its query',
} as const;

function explainRateLimit(
  entry: JournalEntry,
  verdict: RateVerdict,
  now: Operation | undefined,
  delivering: readonly string[],
): WhyText {
  const { exchange, problem, offContract } = entry;
  const status = exchange.response?.status;
  const reply =
    problem === undefined
      ? `The document declares ${status} for it.`
      : `The mock responds with an error of its own: ${offContract ?? problem}.`;
  const place = 'node' in verdict.setBy ? locateNode(now, verdict.setBy.node) : responseLocation(now, status);
  return why(sentence(rateLimitText(verdict)), place, [
    reply,
    `The window ends at ${new Date(verdict.resetsAt).toISOString()} on the clock of the session.`,
    'A request above the limit gets no reply of a switch or a scenario.',
    ...delivering,
  ]);
}

function explainSwitch(entry: JournalEntry, now: Operation | undefined, detail: readonly string[]): WhyText {
  const { forcedBy, exchange, problem, offContract, operation } = entry;
  const name = `The switch for ${forcedBy === '*' ? 'everything' : forcedBy} in this session`;
  const status = exchange.response?.status;
  if (problem !== undefined)
    return why(`${name} replies, which fails: ${problem}.`, undefined, problemTexts(entry));
  return offContract === undefined
    ? why(`${name} replies with ${status}.`, responseLocation(now, status), detail)
    : why(
        `${name} replies with ${status}, which ${operation?.id} does not declare.`,
        locateNode(now, now?.node),
        detail,
      );
}

function explainRule(entry: JournalEntry, now: Operation | undefined): WhyText {
  const { rules, problem, exchange } = entry;
  const replied = rules.at(-1);
  if (replied === undefined) throw new Error('an explanation of a rule needs a rule');
  const { rule, entry: position } = replied;
  const name = ruleName(replied);
  const count = Array.isArray(rule.reply) ? rule.reply.length : 1;
  const which =
    position === undefined || count === 1 ? '' : `, with entry ${position} of the ${count} in its list`;
  const condition = describeConditions(rule.when);
  const details = [
    replied.isUnloaded
      ? 'Its scenario is no longer loaded.'
      : condition === ''
        ? `It applies to every request to ${rule.on}.`
        : `It applies ${condition}.`,
    ...(rule.becomes === undefined ? [] : [`The scenario is in the state "${rule.becomes}" after it.`]),
    ...rules.slice(0, -1).map(each => `Also applied, without a reply: ${locatedRuleName(each)}.`),
  ];
  if (problem === 'scenario-ended')
    return why(`The list of replies of the ${name} is exhausted.`, locateRule(replied), details);
  if (problem !== undefined)
    return why(`The ${name} replies${which}, which fails: ${problem}.`, locateRule(replied), [
      ...problemTexts(entry),
      ...details,
    ]);
  const status = exchange.response?.status;
  const location = locateRule(replied) ?? responseLocation(now, status);
  return why(`The ${name} replies with ${status}${which}.`, location, details);
}

function responseLocation(operation: Operation | undefined, status: number | undefined) {
  const response =
    operation === undefined || status === undefined ? undefined : responseFor(operation, status);
  return locateNode(operation, response?.node);
}
