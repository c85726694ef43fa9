// Says step by step why a request got its response: match, validation, session, selection, body, delivery.

import type { Contract } from '../../openapi/model.ts';
import type { JournalEntry } from '../session/journaled-event.ts';
import { explainBody } from './explain-body.ts';
import { explainDelivery } from './explain-delivery.ts';
import { explainMatch, explainSession, explainValidation } from './explain-request.ts';
import { explainSelection } from './explain-selection.ts';
import type { WhyStep, WhyText } from './why-step.ts';

/**
 * The steps in the order in which a request is handled. Texts and lines are found when they are read.
 * @param contract as it is served now: the lines are those of the current files
 */
export function explainResponse(entry: JournalEntry, contract: Contract): readonly WhyStep[] {
  const explained: readonly (readonly [WhyStep['step'], readonly WhyText[]])[] = [
    ['match', [explainMatch(entry, contract)]],
    ['validation', explainValidation(entry)],
    ['session', [explainSession(entry)]],
    ['selection', explainSelection(entry, contract)],
    ['body', explainBody(entry, contract)],
    ['delivery', [explainDelivery(entry)]],
  ];
  return explained.flatMap(([step, texts]) => texts.map(text => ({ step, ...text })));
}
