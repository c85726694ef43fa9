// Says in words when a rule applies: "when the path parameter id is 7 and the request is valid".
import { truncate } from '../finding/truncate.ts';
import type { Condition, When } from './when.ts';

/** The conditions of a rule as a clause; empty if there are none. */
export function describeConditions(when: When | undefined): string {
  if (when === undefined) return '';
  const { valid, state } = when;
  const texts = [
    ...(state === undefined ? [] : [`the state is "${truncate(state, 80)}"`]),
    ...describeEach(when.path, name => `the path parameter ${name}`),
    ...describeEach(when.query, name => `the query parameter ${name}`),
    ...describeEach(when.headers, name => `the header ${name}`),
    ...describeEach(when.cookies, name => `the cookie ${name}`),
    ...describeEach(when.body, at => (at === '' ? 'the body' : `${at} of the body`)),
    ...(when.text === undefined ? [] : describeEach({ text: when.text }, () => 'the text of the body')),
    ...describeEach(when.memory, key => `the remembered ${key}`),
    ...(valid === undefined ? [] : [`the request is ${valid ? 'valid' : 'invalid'}`]),
  ];
  return texts.length === 0 ? '' : `when ${texts.join(' and ')}`;
}

function describeEach(
  conditions: Readonly<Record<string, Condition>> | undefined,
  subjectOf: (name: string) => string,
): string[] {
  return Object.entries(conditions ?? {}).map(
    ([name, condition]) => `${subjectOf(truncate(name, 80))} ${describeCondition(condition)}`,
  );
}

function describeCondition(condition: Condition): string {
  if (typeof condition !== 'object' || condition === null) return `is ${quote(condition)}`;
  const { not = false, exists, ...test } = condition;
  const is = not ? 'is not' : 'is';
  const texts: string[] = [];
  if (exists !== undefined) texts.push(exists === not ? 'is absent' : 'is present');
  if ('equals' in test) texts.push(`${is} ${quote(test.equals)}`);
  const values = test['one-of'];
  if (values !== undefined)
    texts.push(
      `${is} one of ${values.slice(0, 5).map(quote).join(', ')}${values.length > 5 ? `, … (${values.length})` : ''}`,
    );
  if (test.matches !== undefined)
    texts.push(`${not ? 'does not match' : 'matches'} /${truncate(test.matches, 80)}/`);
  if (test.greater !== undefined) texts.push(`${is} greater than ${test.greater}`);
  if (test.less !== undefined) texts.push(`${is} less than ${test.less}`);
  if (test.schema !== undefined)
    texts.push(`${not ? 'does not satisfy' : 'satisfies'} the schema of the rule`);
  // "not" negates the tests together, so at least one of the negated ones holds.
  return texts.join(not ? ' or ' : ' and ');
}

/** Words and numbers stay as they are; other texts are quoted. */
function quote(value: unknown): string {
  if (typeof value === 'string')
    return /^[\w.@+-]{1,80}$/.test(value) ? value : JSON.stringify(truncate(value, 80));
  return truncate(JSON.stringify(value) ?? 'undefined', 80);
}
