// Says step by step why a request got its response: match, validation, session, selection, body, delivery, callbacks.

import type { Contract } from '../../openapi/model.ts';
import type { JournalEntry } from '../session/journaled-event.ts';
import { explainBody } from './explain-body.ts';
import { explainDelivery } from './explain-delivery.ts';
import { explainMatch, explainSession, explainValidation } from './explain-request.ts';
import { explainSelection } from './explain-selection.ts';
import { explainCallbacks, explainSent } from './explain-sent.ts';
import type { WhyStep, WhyText } from './why-step.ts';

/**
 * The steps in the order in which a request is handled. Texts and lines are found when they are read.
 * @param contract as it is served now: the lines are those of the current files
 */
export function explainResponse(entry: JournalEntry, contract: Contract): readonly WhyStep[] {
  const { sent } = entry;
  if (sent !== undefined)
    return Object.entries(explainSent({ ...entry, sent }, contract)).map(([step, text]) => ({
      step: step as WhyStep['step'],
      ...text,
    }));
  const explained: readonly (readonly [WhyStep['step'], readonly WhyText[]])[] = [
    ['match', [explainMatch(entry, contract)]],
    ['validation', explainValidation(entry)],
    ['session', [explainSession(entry)]],
    ['selection', explainSelection(entry, contract)],
    ['body', explainBody(entry, contract)],
    ['delivery', [explainDelivery(entry)]],
    ['callbacks', explainCallbacks(entry, contract)],
  ];
  return explained.flatMap(([step, texts]) => texts.map(text => ({ step, ...text })));
}
