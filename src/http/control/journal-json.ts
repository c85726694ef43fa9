// The JSON of a journal entry: redacted exchange and findings with their lines.

import { curlHeaders, toCurl } from '../../exchange/curl.ts';
import { originOfServer } from '../../exchange/exchange.ts';
import { DEFAULT_SESSION, SESSION_HEADER } from '../../exchange/session-name.ts';
import { explainRepetition } from '../../mock/explain/explain-repetition.ts';
import { explainResponse } from '../../mock/explain/explain-response.ts';
import { toFindingJson } from '../../mock/respond/refuse.ts';
import { verdictOf } from '../../mock/session/exchange-summary.ts';
import { type JournalEntry, toRecordable, withExchangeId } from '../../mock/session/journaled-event.ts';
import type { RateVerdict } from '../../mock/session/rate-limits.ts';
import type { StateEffect } from '../../mock/state/state-effect.ts';
import type { Contract } from '../../openapi/model.ts';
import { harDocument, toHarEntry } from '../../recording/har-writer.ts';
import { toExchangeLine } from '../../recording/ndjson.ts';

/** An entry with what takes longer to find out: why the mock answered so, and a curl command that repeats the request. */
export function toDetailedJson(entry: JournalEntry, contract: Contract): Record<string, unknown> {
  const repeatHint = explainRepetition(entry);
  return {
    ...toEntryJson(entry),
    why: explainResponse(entry, contract),
    curl: toCurlCommand(entry),
    ...(repeatHint !== undefined && { repeatHint }),
  };
}

const CREATOR = { name: 'deadringer', version: '1' };

export function toHarText(entries: readonly JournalEntry[]): string {
  const harEntries = entries.map(entry => {
    const { exchange, origin } = toRecordable(entry);
    return toHarEntry(exchange, origin, entry.upstream?.failure ?? entry.sent?.failure);
  });
  return JSON.stringify(harDocument(harEntries, CREATOR));
}

/** What the mock reads itself, such as the session in the path, is not in the recorded request. */
export function toCurlCommand({ exchange, session, preferences, sent }: JournalEntry): string {
  const { request } = exchange;
  const wanted = wantedPairs(preferences);
  const isForQuery =
    preferences !== undefined &&
    'from' in preferences &&
    preferences.from !== 'header' &&
    (request.headers.prefer !== undefined || wanted.some(([, value]) => !FIELD_TEXT.test(value)));
  const prefer = isForQuery || request.headers.prefer !== undefined ? '' : preferField(wanted);
  const wish = isForQuery
    ? wanted.map(([name, value]) => `__${name}=${encodeURIComponent(value.toWellFormed())}`)
    : [];
  const query = [request.query, ...wish].filter(Boolean).join('&');
  const headers = {
    ...curlHeaders(request.headers),
    // A credential that selects the session is redacted.
    ...(session !== DEFAULT_SESSION && sent === undefined && { [SESSION_HEADER]: [session] }),
    ...(prefer !== '' && { prefer: [prefer] }),
  };
  const origin = sent?.origin ?? originOfServer(request);
  return toCurl(origin, { ...request, query, headers }, MAX_CURL_BODY);
}

/** What a header field carries between quotes; a query carries any text. */
const FIELD_TEXT = /^[ !#-[\]-~]*$/;

function wantedPairs(preferences: JournalEntry['preferences']): (readonly [name: string, value: string])[] {
  if (preferences === undefined || 'message' in preferences) return [];
  const { from: _, ...wanted } = preferences;
  return Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
}

/** "code=404, example=none" */
function preferField(wanted: ReturnType<typeof wantedPairs>): string {
  return wanted
    .map(([name, value]) => `${name}=${/^[\w-]+$/.test(value) ? value : JSON.stringify(value)}`)
    .join(', ');
}

/** A longer command cannot be pasted into a shell. */
const MAX_CURL_BODY = 64 * 1024;

export function toEntryJson(entry: JournalEntry): Record<string, unknown> {
  const { operation, session, sequence } = entry;
  return {
    sequence,
    session,
    ...(operation !== undefined && { api: operation.api.name, operation: operation.id }),
    ...toExchangeLine(withExchangeId(entry)),
    verdict: verdictOf(entry),
    findings: entry.findings.map(toFindingJson),
    ...(entry.refusedFor !== undefined && { refusedFor: toFindingJson(entry.refusedFor) }),
    ...(entry.tolerated !== undefined && { wouldReject: toFindingJson(entry.tolerated.finding) }),
    ...(entry.problem !== undefined && { problem: entry.problem }),
    ...(entry.upstream !== undefined && { upstream: entry.upstream }),
    ...(entry.sent !== undefined && { sent: entry.sent }),
    rules: entry.rules.map(({ key }) => key),
    switches: entry.switches,
    ...(entry.rateLimit !== undefined && { rateLimit: toRateLimitJson(entry.rateLimit) }),
    ...(entry.stateEffect !== undefined && { state: toStateJson(entry.stateEffect) }),
    ...(entry.sessionTime !== undefined && { sessionTime: new Date(entry.sessionTime).toISOString() }),
    ...(entry.offContract !== undefined && { offContract: entry.offContract }),
  };
}

function toStateJson({ token, resource, leftOff, ignored }: StateEffect): Record<string, unknown> {
  return { effect: token, resource, leftOff, ignored };
}

function toRateLimitJson({ rate, calls, isExceeded, resetsAt }: RateVerdict): Record<string, unknown> {
  return { rate: rate.text, calls, exceeded: isExceeded, resetsAt: new Date(resetsAt).toISOString() };
}
