// The evidence page of a journal entry: what the page shows, collected from entry, documents and explanation.

import { explainResponse } from '../../mock/explain/explain-response.ts';
import { verdictOf } from '../../mock/session/exchange-summary.ts';
import { type JournalEntry, withExchangeId } from '../../mock/session/journaled-event.ts';
import type { Contract } from '../../openapi/model.ts';
import { renderEvidence } from '../../reporters/evidence.ts';
import { version } from '../../version.ts';
import { toCurlCommand } from './journal-json.ts';

export function evidencePage(entry: JournalEntry, contract: Contract): string {
  const { operation, session, findings } = entry;
  return renderEvidence({
    tool: `deadringer ${version()}`,
    exchange: withExchangeId(entry),
    session,
    verdict: verdictOf(entry),
    operation: operation && `${operation.id} of ${operation.api.name}`,
    findings: findings.map(finding => ({ finding, source: undefined })),
    why: explainResponse(entry, contract),
    curl: toCurlCommand(entry),
  });
}
