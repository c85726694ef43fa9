// What a recording holds of a served exchange: of one with a real service, what was asked there.
import { type Exchange, isRecorded } from '../exchange/exchange.ts';
import type { ServeEvent, UpstreamAttempt } from './serve-event.ts';

export interface RecordableExchange {
  readonly exchange: Exchange;
  /** "https://api.example.com"; undefined: the answer is the mock's. */
  readonly origin: string | undefined;
}

export function toRecordable(event: ServeEvent): RecordableExchange {
  const { exchange, upstream } = event;
  if (upstream === undefined || isMockResponse(event)) return { exchange, origin: undefined };
  return { exchange: asSentUpstream(upstream, exchange), origin: upstream.origin };
}

/** Whether the client got the mock's answer, although a real service was to give one. */
export function isMockResponse({ exchange, problem, upstream }: ServeEvent): boolean {
  if (problem !== undefined || upstream === undefined) return true;
  // What broke off on its way is not recorded; a whole body is that of the mock, which stood in.
  return (
    upstream.broke !== undefined && exchange.response !== undefined && isRecorded(exchange.response.body)
  );
}

/** The exchange as the real service had it. */
export function asSentUpstream({ origin, path }: UpstreamAttempt, exchange: Exchange): Exchange {
  const { request } = exchange;
  const headers = { ...request.headers, host: [origin.replace(/^.*:\/\//, '')] };
  return { ...exchange, request: { ...request, path, headers } };
}
