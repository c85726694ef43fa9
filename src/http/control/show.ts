// A journal entry as JSON: redacted, the exchange as a line of a recording has it, findings with their lines.
import type { Entry } from '../../mock/journal.ts';
import { showFinding } from '../../mock/refuse.ts';
import { toLine } from '../../recording/ndjson.ts';

export function showEntry(entry: Entry): Record<string, unknown> {
  const { exchange, operation, session, sequence } = entry;
  return {
    sequence,
    session,
    ...(operation !== undefined && { api: operation.api.name, operation: operation.id }),
    ...toLine(exchange),
    findings: entry.findings.map(showFinding),
    ...(entry.refusedFor !== undefined && { refusedFor: showFinding(entry.refusedFor) }),
    ...(entry.problem !== undefined && { problem: entry.problem }),
    ...(entry.upstream !== undefined && { upstream: entry.upstream }),
    rules: entry.rules,
    ...(entry.offContract !== undefined && { offContract: entry.offContract }),
  };
}
