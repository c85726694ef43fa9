// Which exchanges the list shows. The filter is part of the link to the screen.
import type { ExchangeSummary } from './exchange-summary.ts';

export interface TrafficFilter {
  /** Undefined: all sessions. */
  readonly session: string | undefined;
  readonly api: string;
  readonly operation: string;
  /** "404", "4XX", or "none" for exchanges without a response. */
  readonly status: string;
  /** "failed", "problem", "passed", "off-contract", or "problems": all that did not pass. */
  readonly verdict: string;
  readonly text: string;
}

/** Parameters of the link, in the order in which they are written. */
export const FILTER_PARAMETERS = ['api', 'operation', 'status', 'verdict', 'text'] as const;

export type FilterParameter = (typeof FILTER_PARAMETERS)[number];

/** @param query of the route */
export function readFilter(
  query: Readonly<Record<string, string>>,
  session: string | undefined,
): TrafficFilter {
  const [api = '', operation = '', status = '', verdict = '', text = ''] = FILTER_PARAMETERS.map(
    name => query[name] ?? '',
  );
  return { session, api, operation, status, verdict, text };
}

export function isFiltered(filter: TrafficFilter): boolean {
  return FILTER_PARAMETERS.some(name => filter[name] !== '');
}

/** Compiles the filter: it is asked for each of up to 100,000 exchanges. */
export function toPredicate(filter: TrafficFilter): (exchange: ExchangeSummary) => boolean {
  const { session, api, operation, status, verdict } = filter;
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
  const statusClass = /^([1-5])XX$/i.exec(status)?.[1];
  return exchange =>
    (session === undefined || exchange.session === session) &&
    (api === '' || exchange.api === api) &&
    (operation === '' || exchange.operation === operation) &&
    (status === '' || hasStatus(exchange, status, statusClass)) &&
    (verdict === '' || hasVerdict(exchange, verdict)) &&
    (words.length === 0 || hasWords(exchange, words));
}

function hasStatus({ status }: ExchangeSummary, wanted: string, statusClass: string | undefined): boolean {
  if (wanted === 'none') return status === undefined;
  if (statusClass !== undefined) return Math.floor((status ?? 0) / 100) === Number(statusClass);
  return String(status) === wanted;
}

function hasVerdict({ verdict, offContract }: ExchangeSummary, wanted: string): boolean {
  if (wanted === 'problems') return verdict !== 'passed';
  if (wanted === 'off-contract') return offContract !== undefined;
  return verdict === wanted;
}

const SEARCH_TEXT = Symbol('search text');

/** Lower case. It is prepared when an exchange arrives: a key that is typed asks for those of up to 100,000. */
export function searchTextOf(exchange: ExchangeSummary & { [SEARCH_TEXT]?: string }): string {
  // A member costs much less here than a WeakMap.
  exchange[SEARCH_TEXT] ??= toSearchText(exchange);
  return exchange[SEARCH_TEXT];
}

function toSearchText(exchange: ExchangeSummary): string {
  const { method, path, query, operation, id, status, problem, refusedFor, rules, switches } = exchange;
  return `${method} ${path}?${query} ${operation ?? ''} ${status ?? ''} ${id} ${problem ?? ''} ${refusedFor ?? ''} ${rules} ${switches}`.toLowerCase();
}

function hasWords(exchange: ExchangeSummary, words: readonly string[]): boolean {
  const text = searchTextOf(exchange);
  return words.every(word => text.includes(word));
}

/** Why the server cannot save what the filter shows; undefined: it can. */
export function whyNotSavable({ session, status, verdict, text }: TrafficFilter): string | undefined {
  if (session === undefined) return 'A HAR has the exchanges of one session: choose a session.';
  if (verdict === 'off-contract') return 'The verdict "off-contract" cannot be saved: choose another one.';
  if (status === 'none') return 'Exchanges without a response cannot be saved alone: choose another status.';
  if (/\s/.test(text.trim())) return 'A filter with several words cannot be saved: filter by one word.';
  return undefined;
}

/** The query that asks the server for the same exchanges. */
export function toJournalQuery(filter: TrafficFilter): Record<string, string> {
  const { api, operation, status, verdict } = filter;
  const text = filter.text.trim();
  const query = {
    api,
    operation,
    status,
    text,
    ...(verdict === 'problems' ? { failed: 'true' } : { verdict }),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}
