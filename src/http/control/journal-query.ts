// Reads which entries of a journal a request selects, from its query parameters.

import { nearestWord } from '../../finding/nearest-word.ts';
import { type ExchangeSummary, VERDICTS } from '../../mock/session/exchange-summary.ts';
import type { JournalFilter } from '../../mock/session/session-journal.ts';
import { ControlError } from './route.ts';

/** @throws ControlError if a parameter has an invalid value */
export function parseJournalFilter(query: URLSearchParams): JournalFilter {
  const tests = [
    equals(query.get('api'), summary => summary.api),
    equals(query.get('operation'), summary => summary.operation),
    statusTest(query.get('status')),
    verdictTest(query.get('verdict')),
    parseFlag(query, 'failed') ? ({ verdict }: ExchangeSummary) => verdict !== 'passed' : undefined,
    textTest(query.get('text')),
  ].filter(each => each !== undefined);
  return {
    after: parseCount(query, 'after'),
    before: parseCount(query, 'before'),
    limit: parseCount(query, 'limit'),
    matches: tests.length === 0 ? undefined : summary => tests.every(test => test(summary)),
  };
}

/** Whether a parameter is "true". @throws ControlError if it is neither "true" nor "false" */
export function parseFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? 'false';
  if (value !== 'true' && value !== 'false') throw invalid(name, value, 'true or false');
  return value === 'true';
}

function parseCount(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw invalid(name, value, 'a number such as 100');
  return Number(value);
}

type SummaryTest = ((summary: ExchangeSummary) => boolean) | undefined;

function equals(wanted: string | null, read: (summary: ExchangeSummary) => string | undefined): SummaryTest {
  return wanted === null ? undefined : summary => read(summary) === wanted;
}

/** "404", "4XX", or several with commas between them. */
function statusTest(value: string | null): SummaryTest {
  if (value === null) return undefined;
  const wanted = value.toUpperCase().split(',');
  if (wanted.some(each => !/^[1-9](?:\d\d|XX)$/.test(each)))
    throw invalid('status', value, 'a status such as 404, a range such as 4XX, or several such as 404,5XX');
  const statuses = new Set(wanted);
  return ({ status }) =>
    status !== undefined && (statuses.has(String(status)) || statuses.has(`${String(status)[0]}XX`));
}

function verdictTest(value: string | null): SummaryTest {
  if (value === null) return undefined;
  const wanted = value.split(',');
  const unknown = wanted.find(each => !VERDICTS.some(verdict => verdict === each));
  if (unknown !== undefined) {
    const near = nearestWord(unknown, VERDICTS);
    throw invalid('verdict', value, `${near === undefined ? '' : `${near}; all are `}${VERDICTS.join(', ')}`);
  }
  return ({ verdict }) => wanted.includes(verdict);
}

/** Finds a text, in any case, in what a summary shows. */
function textTest(value: string | null): SummaryTest {
  if (value === null || value === '') return undefined;
  const wanted = value.toLowerCase();
  return ({ id, method, path, query, api, operation, status, problem, refusedFor, rules, switches }) =>
    [
      `${method} ${path}${query === '' ? '' : `?${query}`}`,
      id,
      api,
      operation,
      status,
      problem,
      refusedFor,
      ...rules,
      ...switches,
    ]
      .filter(each => each !== undefined)
      .some(each => String(each).toLowerCase().includes(wanted));
}

function invalid(name: string, value: string, expected: string): ControlError {
  return new ControlError({
    code: 'bad-control',
    detail: `${name}="${value}" is not valid: use ${expected}`,
  });
}
