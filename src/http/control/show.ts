// A journal entry as JSON: redacted, the exchange as a line of a recording has it, findings with their lines.
import type { Entry } from '../../mock/journal.ts';
import { showFinding } from '../../mock/refuse.ts';
import { toLine } from '../../recording/ndjson.ts';

export function showEntry(entry: Entry): Record<string, unknown> {
  const { exchange, operation, session, sequence, upstream } = entry;
  return {
    sequence,
    session,
    ...(operation !== undefined && { api: operation.api.name, operation: operation.id }),
    ...toLine(exchange),
    ...(upstream !== undefined && { upstream: showUpstream(upstream) }),
    findings: entry.findings.map(showFinding),
    ...(entry.refusedFor !== undefined && { refusedFor: showFinding(entry.refusedFor) }),
    ...(entry.problem !== undefined && { problem: entry.problem }),
    rules: entry.rules,
    ...(entry.offContract !== undefined && { offContract: entry.offContract }),
  };
}

function showUpstream({ origin, path, broke }: NonNullable<Entry['upstream']>): Record<string, string> {
  return { origin, path, ...(broke !== undefined && { broke }) };
}
