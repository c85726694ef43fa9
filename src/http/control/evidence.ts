// The evidence page of a journal entry: what the page shows, collected from entry, documents and explanation.

import { sourceWindow } from '../../document/source-window.ts';
import type { Finding } from '../../finding/finding.ts';
import { explainRepetition } from '../../mock/explain/explain-repetition.ts';
import { explainResponse } from '../../mock/explain/explain-response.ts';
import { loadedText } from '../../mock/loaded-text.ts';
import type { ServedConfig } from '../../mock/served-config.ts';
import { verdictOf } from '../../mock/session/exchange-summary.ts';
import { type JournalEntry, withExchangeId } from '../../mock/session/journaled-event.ts';
import { type EvidenceSource, renderEvidence } from '../../reporters/evidence.ts';
import { version } from '../../version.ts';
import { toCurlCommand } from './journal-json.ts';

/** Lines before and after the line of a finding. */
const MARGIN = 4;

export function evidencePage(entry: JournalEntry, config: ServedConfig): string {
  const { operation, session, findings } = entry;
  return renderEvidence({
    tool: `deadringer ${version()}`,
    exchange: withExchangeId(entry),
    session,
    verdict: verdictOf(entry),
    operation: operation && `${operation.id} of ${operation.api.name}`,
    findings: findings.map(finding => ({ finding, source: linesAround(finding, config) })),
    why: explainResponse(entry, config.contract),
    curl: toCurlCommand(entry),
    repeatHint: explainRepetition(entry),
  });
}

/** Undefined: the finding names no line, or its file is no longer loaded. */
function linesAround({ location }: Finding, config: ServedConfig): EvidenceSource | undefined {
  const text = location && loadedText(config, location.file);
  if (location === undefined || text === undefined) return undefined;
  const { line, column } = location;
  return sourceWindow(text, { line, column, from: line - MARGIN, to: line + MARGIN });
}
