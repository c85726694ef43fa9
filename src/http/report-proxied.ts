// Reports the violations of a proxied exchange in its response, as the dialect of Prism does.

import type { IncomingMessage } from 'node:http';
import type { Response } from '../exchange/exchange.ts';
import { reportUpstream } from '../mock/prism/report-violations.ts';
import type { Problem } from '../mock/problem.ts';
import type { ProxiedRequest } from '../mock/proxy/proxied-request.ts';
import type { ServerState } from '../mock/server-state.ts';
import { validateResponse } from '../validate/response.ts';

/** A stream of events does not end, and a response above the limit is not validated. */
export function mayBeBuffered({ headers }: IncomingMessage, limit: number): boolean {
  return (
    Number(headers['content-length'] ?? 0) <= limit &&
    !/^text\/event-stream\b/i.test(headers['content-type'] ?? '')
  );
}

/** With the dialect of Prism the response says what is wrong with the exchange. */
export function reportInResponse(
  { prism }: ServerState,
  { reported, request }: ProxiedRequest,
  response: Response,
): Response | Problem {
  if (prism === undefined || reported === undefined) return response;
  const { operation } = reported;
  const findings =
    operation === undefined ? [] : validateResponse(operation, response, request.method, request);
  return reportUpstream(reported, response, findings, prism);
}
