// The current exchange of a replay: the request as it was sent, and its response.
import type { Response } from '../exchange/exchange.ts';
import type { RecordedExchange } from '../recording/model.ts';
import type { ResolvedRequest } from './prepare-request.ts';

/** Response headers that differ in every response: without them, equal runs have equal reports. */
const IGNORED_HEADERS: ReadonlySet<string> = new Set(['date', 'x-deadringer-exchange']);

/** The recorded exchange with the sent request and the current response. */
export function toCurrentExchange(
  { prepared: { recorded }, origin, request }: ResolvedRequest,
  response: Response,
): RecordedExchange {
  const { withheld: _withheld, ...sent } = request;
  const { redacted: _redacted, ...exchange } = recorded.exchange;
  const headers = Object.entries(response.headers).filter(([name]) => !IGNORED_HEADERS.has(name));
  return {
    ...recorded,
    origin,
    exchange: {
      ...exchange,
      // `startedAt` stays that of the recording, and the duration is 0: equal responses have equal reports.
      duration: 0,
      request: { ...sent, headers: { host: [new URL(origin).host], ...sent.headers } },
      response: { ...response, headers: Object.fromEntries(headers) },
    },
  };
}

/** Whether the request succeeded in the recording and fails now: its response then provides no captures. */
export function becameError({ exchange }: RecordedExchange, { status }: Response): boolean {
  return status >= 400 && (exchange.response?.status ?? 0) < 400;
}
