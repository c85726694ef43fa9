// Explains where the body of a response comes from, and what is wrong with it.

import { isRecorded } from '../../exchange/exchange.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { truncate } from '../../finding/truncate.ts';
import type { Contract, Operation } from '../../openapi/model.ts';
import type { Step } from '../../scenario/scenario.ts';
import type { BodySource } from '../respond/body-source.ts';
import { isMockResponse, type JournalEntry } from '../session/journaled-event.ts';
import { findingText } from './explain-request.ts';
import { locateNode, locateRule, servedNow, type WhyText, why } from './why-step.ts';

export function explainBody(entry: JournalEntry, contract: Contract): readonly WhyText[] {
  const { exchange, findings, offContract } = entry;
  if (exchange.response === undefined) return [];
  const explained = bodyText(entry, servedNow(contract, entry));
  const detail = [
    ...(explained.detail ?? []),
    ...(exchange.request.method === 'HEAD' ? ['The response to HEAD has no body.'] : []),
    ...(offContract === undefined ? [] : [`The response is off-contract: ${offContract}.`]),
    ...findings.filter(({ at }) => at.startsWith('/response')).map(findingText),
  ];
  return [{ ...explained, ...(detail.length > 0 && { detail }) }];
}

function bodyText(entry: JournalEntry, now: Operation | undefined): WhyText {
  const { bodySource, problem, exchange } = entry;
  if (problem !== undefined) return why('The body describes the error, and how to correct it.');
  if (!isMockResponse(entry)) {
    const body = exchange.response?.body;
    return body !== undefined && isRecorded(body)
      ? why('The body is the one that the upstream service sent.')
      : why(`The body is not recorded: ${body?.notRecorded}.`);
  }
  return bodySource === undefined ? why('The response has no body.') : sourceText(bodySource, entry, now);
}

function sourceText(source: BodySource, entry: JournalEntry, now: Operation | undefined): WhyText {
  switch (source.kind) {
    case 'example':
      return why(
        source.name === ''
          ? 'The body is the example of the response.'
          : `The body is the example "${source.name}" of the response.`,
        locateNode(now, source.node),
      );
    case 'generated':
      return why(generatedText(source), locateNode(now, source.schema));
    case 'placeholder':
      return why(
        'The document has neither an example nor a schema for this response, so the body is a placeholder.',
      );
    case 'empty':
      return why('The response has no body.');
    case 'reply':
      return why('The body is the one of the rule.', replyLocation(entry, 'body'));
    case 'request-values': {
      const base = sourceText(source.base, entry, now);
      return { ...base, detail: [...(base.detail ?? []), `From the request: ${requestValues(source)}.`] };
    }
    case 'state': {
      const base = source.base && sourceText(source.base, entry, now);
      const detail =
        base && `Without stored items: ${base.text}${base.location ? ` (${base.location})` : ''}`;
      return why(stateText(entry), undefined, detail === undefined ? [] : [detail]);
    }
    case 'patched': {
      const base = source.base && sourceText(source.base, entry, now);
      const text = `The rule changes the body: ${Object.keys(replyStep(entry)?.patch ?? {}).join(', ')}.`;
      const detail = base && `Without the change: ${base.text}${base.location ? ` (${base.location})` : ''}`;
      return why(text, replyLocation(entry, 'patch'), detail === undefined ? [] : [detail]);
    }
  }
}

/** JSON Pointers into the body. */
function requestValues({ place, members, leftOff }: BodySource & { kind: 'request-values' }): string {
  const missing = new Set(leftOff);
  const laid = members.filter(name => !missing.has(jsonPointer(name)));
  return laid.map(name => jsonPointer(...place, name)).join(', ');
}

/** "The body has the item 7 of pets, created by the exchange 961b4de6-2." */
function stateText({ stateEffect }: JournalEntry): string {
  if (stateEffect === undefined) return 'The body has stored items.';
  const { token, resource, id, writtenBy, leftOff } = stateEffect;
  const what =
    id === undefined ? `stored items of ${resource}` : `the item ${truncate(id, 100)} of ${resource}`;
  const by =
    writtenBy === undefined || token === 'created' ? '' : `, last written by the exchange ${writtenBy}`;
  const partial =
    leftOff.length === 0
      ? ''
      : ` without ${truncate(leftOff.join(', '), 500)}, which its schema does not admit`;
  return `The body has ${what}${by}${partial}.`;
}

function generatedText({ examples, isSeeded }: BodySource & { kind: 'generated' }): string {
  if (examples === 'all') return 'The body is an example or a default of the schema.';
  const seed = isSeeded
    ? ', from a seed that depends on the session, the operation, the path and the query'
    : '';
  return examples === 0
    ? `The body is generated from the schema${seed}.`
    : `The body is generated from the schema${seed}; ${examples === 1 ? 'one value is an example or a default' : `${examples} values are examples or defaults`} of it.`;
}

/** The step of the rule that replied; undefined: a status. */
function replyStep({ rules }: JournalEntry): Exclude<Step, number | 'upstream'> | undefined {
  const { rule, entry = 1 } = rules.at(-1) ?? {};
  const step = Array.isArray(rule?.reply) ? rule.reply[entry - 1] : rule?.reply;
  return typeof step === 'object' ? step : undefined;
}

function replyLocation({ rules }: JournalEntry, member: string) {
  const rule = rules.at(-1);
  const index = Array.isArray(rule?.rule.reply) ? `/${(rule.entry ?? 1) - 1}` : '';
  return rule && locateRule(rule, `/reply${index}/${member}`);
}
