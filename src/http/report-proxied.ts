// Reports the violations of a proxied exchange in its response, as the dialect of Prism does.

import type { IncomingMessage } from 'node:http';
import type { Response } from '../exchange/exchange.ts';
import { itemFormatOf, parseMediaType } from '../exchange/media-type.ts';
import { reportUpstream } from '../mock/prism/report-violations.ts';
import type { Problem } from '../mock/problem.ts';
import type { ProxiedRequest } from '../mock/proxy/proxied-request.ts';
import type { ServerState } from '../mock/server-state.ts';
import { validateResponse } from '../validate/response.ts';

/** Media types of streams that may have no end. */
const STREAMS: ReadonlySet<string | undefined> = new Set(['events', 'json-lines', 'json-seq']);

/** Streams pass at once, and a response above the limit is not validated. */
export function mayBeBuffered({ headers }: IncomingMessage, limit: number): boolean {
  const { essence = '' } = parseMediaType(headers['content-type'] ?? '') ?? {};
  const format = itemFormatOf(essence);
  const length = headers['content-length'];
  if (length !== undefined && format !== 'events') return Number(length) <= limit;
  return !STREAMS.has(format) && essence !== 'multipart/x-mixed-replace';
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
