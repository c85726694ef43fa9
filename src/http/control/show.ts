// A journal entry as JSON: redacted, bodies as text where they are text, findings with their lines.
import { Buffer } from 'node:buffer';
import type { Body, Headers } from '../../exchange/exchange.ts';
import { isRecorded } from '../../exchange/exchange.ts';
import type { Entry } from '../../mock/journal.ts';
import { showFinding } from '../../mock/refuse.ts';

export function showEntry(entry: Entry): Record<string, unknown> {
  const { exchange, operation, session, sequence } = entry;
  const { request, response } = exchange;
  return {
    sequence,
    id: exchange.id,
    session,
    startedAt: new Date(exchange.startedAt).toISOString(),
    milliseconds: Number(exchange.duration.toFixed(3)),
    ...(operation !== undefined && { api: operation.api.name, operation: operation.id }),
    request: {
      method: request.method,
      path: request.path,
      query: request.query,
      headers: showHeaders(request.headers),
      body: showBody(request.body),
    },
    ...(response !== undefined && {
      response: {
        status: response.status,
        headers: showHeaders(response.headers),
        body: showBody(response.body),
      },
    }),
    findings: entry.findings.map(showFinding),
    ...(entry.refusedFor !== undefined && { refusedFor: showFinding(entry.refusedFor) }),
    ...(entry.problem !== undefined && { problem: entry.problem }),
    ...(entry.upstream !== undefined && { upstream: entry.upstream }),
    rules: entry.rules,
    ...(entry.offContract !== undefined && { offContract: entry.offContract }),
  };
}

function showHeaders(headers: Headers): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, values]) => (values === undefined ? [] : [[name, values]])),
  );
}

/** Text as it is; bytes that are no UTF-8 in base64, and said to be. */
function showBody(body: Body): Record<string, unknown> {
  if (!isRecorded(body)) return { notRecorded: body.notRecorded };
  const text = Buffer.from(body).toString('utf8');
  return Buffer.from(text, 'utf8').equals(body) ? { text } : { base64: Buffer.from(body).toString('base64') };
}
