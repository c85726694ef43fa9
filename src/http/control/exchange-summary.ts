// The summary of a journal entry: what a list of exchanges shows, without headers, bodies and findings.

import { isRecorded } from '../../exchange/exchange.ts';
import type { JournalEntry } from '../../mock/session/journal.ts';

export function toExchangeSummary(entry: JournalEntry): Record<string, unknown> {
  const { exchange, operation, session, sequence, findings, problem, refusedFor, rules, offContract } = entry;
  const { request, response } = exchange;
  const verdict = problem !== undefined ? 'problem' : findings.length > 0 ? 'failed' : 'passed';
  return {
    sequence,
    id: exchange.id,
    session,
    startedAt: new Date(exchange.startedAt).toISOString(),
    milliseconds: exchange.duration,
    ...(operation !== undefined && { api: operation.api.name, operation: operation.id }),
    method: request.method,
    path: request.path,
    query: request.query,
    ...(response !== undefined && { status: response.status }),
    verdict,
    findings: findings.length,
    ...(offContract !== undefined && { offContract }),
    rules,
    switches: [],
    ...(refusedFor !== undefined && { refusedFor: refusedFor.code }),
    ...(problem !== undefined && { problem }),
    requestBytes: isRecorded(request.body) ? request.body.length : 0,
    responseBytes: response !== undefined && isRecorded(response.body) ? response.body.length : 0,
  };
}
