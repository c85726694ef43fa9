// The JSON of a journal entry: redacted exchange and findings with their lines.

import { toFindingJson } from '../../mock/respond/refuse.ts';
import { verdictOf } from '../../mock/session/exchange-summary.ts';
import { type JournalEntry, withExchangeId } from '../../mock/session/journaled-event.ts';
import { toExchangeLine } from '../../recording/ndjson.ts';

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
    ...(entry.problem !== undefined && { problem: entry.problem }),
    ...(entry.upstream !== undefined && { upstream: entry.upstream }),
    rules: entry.rules,
    switches: entry.switches,
    ...(entry.offContract !== undefined && { offContract: entry.offContract }),
  };
}
