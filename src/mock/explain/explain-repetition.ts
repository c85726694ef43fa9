// Says what it takes to get a response again that a switch or a scenario changed: the request alone may get another one.

import { shellWord } from '../../exchange/curl.ts';
import { originOfServer } from '../../exchange/exchange.ts';
import { DEFAULT_SESSION } from '../../exchange/session-name.ts';
import { severityOf } from '../../finding/severity.ts';
import { isMockResponse, type JournalEntry } from '../session/journaled-event.ts';
import { ruleName } from './why-step.ts';

/** Undefined: the request gets the response from the document, or from an upstream service. */
export function explainRepetition(entry: JournalEntry): string | undefined {
  if (entry.problem !== undefined || !isMockResponse(entry)) return undefined;
  const texts = [switchText(entry), scenarioText(entry)].filter(text => text !== undefined);
  return texts.length === 0 ? undefined : texts.join(' ');
}

function switchText(entry: JournalEntry): string | undefined {
  const { operation, switches, forcedBy, exchange, delivery, bodySource } = entry;
  const [first] = switches;
  if (operation === undefined || first === undefined) return undefined;
  const options: string[] = [];
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) options.push(`--${name} ${shellWord(String(value))}`);
  };
  const status = exchange.response?.status ?? 0;
  const example = bodySource?.kind === 'example' && bodySource.name !== '' ? bodySource.name : undefined;
  if (forcedBy !== undefined) {
    add('status', status);
    add('example', example);
  }
  if (delivery.delay > 0) add('delay', `${Math.round(delivery.delay)}ms`);
  add('drip', delivery.bytesPerSecond);
  if (delivery.interval !== undefined) add('interval', `${Math.round(delivery.interval)}ms`);
  add('fault', delivery.fault);
  add('on', operation.target);
  const target = forcedBy ?? first;
  const name = `The switch for ${target === '*' ? 'everything' : target}`;
  const command = useCommand(entry, options);
  if (forcedBy === undefined)
    return `${name} set the delivery. To get it again after the switch is off, run: ${command}`;
  const wish = `__code=${status}${example === undefined ? '' : `&__example=${encodeURIComponent(example.toWellFormed())}`}`;
  const query = mayAsk(entry) ? `add ${wish} to the query, or ` : '';
  return `${name} replied with ${status}. To get it again after the switch is off, ${query}run: ${command}`;
}

/** Whether a request alone can ask for the response: it is declared, and the request is not rejected first. */
function mayAsk({ offContract, findings }: JournalEntry): boolean {
  return (
    offContract === undefined &&
    findings.every(({ at, code }) => !at.startsWith('/request') || severityOf(code) === 'note')
  );
}

function scenarioText(entry: JournalEntry): string | undefined {
  const { rules, exchange } = entry;
  const last = rules.at(-1);
  if (last === undefined) return undefined;
  const ids = new Set(rules.map(({ key }) => key.replace(/ \d+$/, '')));
  const did =
    last.rule.reply === undefined ? 'set the delivery' : `replied with ${exchange.response?.status}`;
  const count = Array.isArray(last.rule.reply) ? last.rule.reply.length : 1;
  const which = count > 1 ? `, with entry ${last.entry} of the ${count} in its list` : '';
  const command = useCommand(entry, [...ids].map(shellWord));
  return `The ${ruleName(last)} ${did}${which}. To get it again after the scenario is off, run: ${command}`;
}

function useCommand({ session, exchange }: JournalEntry, words: readonly string[]): string {
  const origin = originOfServer(exchange.request);
  return [
    'deadringer use',
    ...words,
    ...(session === DEFAULT_SESSION ? [] : [`--session ${shellWord(session)}`]),
    ...(/^http:\/\/(localhost|127\.0\.0\.1):4010$/.test(origin) ? [] : [`--server ${shellWord(origin)}`]),
  ].join(' ');
}
