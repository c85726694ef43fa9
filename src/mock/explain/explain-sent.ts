// Explains callbacks and webhooks: which a request caused, and for one that was sent, why, to whom, and what came back.

import { pluralize } from '../../finding/plural.ts';
import type { Contract } from '../../openapi/model.ts';
import { evaluateExpressionText, expressionSources } from '../../openapi/runtime-expression.ts';
import { EXCHANGE_ID_HEADER } from '../../routing/match-target.ts';
import { matchForOperation } from '../../routing/path-values.ts';
import { causesCallbacks } from '../callbacks/plan-callbacks.ts';
import type { SentRequest } from '../serve-event.ts';
import { isMockResponse, type JournalEntry } from '../session/journaled-event.ts';
import { findingText } from './explain-request.ts';
import { locatedRuleName, locateNode, sentence, servedNow, type WhyText, why } from './why-step.ts';

/** What happens to the callbacks of the operation after the response. */
export function explainCallbacks(entry: JournalEntry, contract: Contract): readonly WhyText[] {
  const operation = servedNow(contract, entry);
  if (operation === undefined || operation.callbacks.length === 0) return [];
  const { exchange, rules } = entry;
  const pathValues = matchForOperation(operation, exchange.request.path)?.pathValues ?? {};
  const sources = expressionSources(exchange, pathValues);
  return operation.callbacks.map(callback => {
    const { name, url } = callback;
    const rule = rules.find(
      each => (each.rule.callbacks?.[name] ?? each.rule.callbacks?.['*']) !== undefined,
    );
    const specified = rule?.rule.callbacks?.[name] ?? rule?.rule.callbacks?.['*'];
    const details = rule === undefined ? [] : [`Set by the ${locatedRuleName(rule)}.`];
    const value = evaluateExpressionText(url, sources);
    const reason = !isMockResponse(entry)
      ? 'another service responded'
      : exchange.request.headers[EXCHANGE_ID_HEADER] !== undefined
        ? 'the request is a callback or webhook itself'
        : entry.problem !== undefined || !causesCallbacks(exchange)
          ? 'the response is no success'
          : specified === 'off'
            ? 'a scenario turns it off'
            : typeof value !== 'string'
              ? `there is no ${value.missing}`
              : undefined;
    const text =
      reason === undefined
        ? `After the response the callback ${name} is sent to the URL ${url.text}.`
        : `The callback ${name} is not sent: ${reason}.`;
    return why(text, locateNode(operation, callback.operation.node), details);
  });
}

/** The steps of an entry that the mock sent. */
export function explainSent(
  entry: JournalEntry & { readonly sent: SentRequest },
  contract: Contract,
): Readonly<Record<'match' | 'session' | 'validation' | 'selection', WhyText>> {
  const { sent, session, findings, exchange, rules } = entry;
  const now = servedNow(contract, entry);
  const receiver = sent.origin === undefined ? '' : ` to ${sent.origin}`;
  const cause = sent.cause === undefined ? 'on demand' : `after the exchange ${sent.cause}`;
  const ofRequest = findings.filter(({ at }) => at.startsWith('/request'));
  const ofResponse = findings.filter(({ at }) => at.startsWith('/response'));
  return {
    match: why(
      `The mock sends the ${sent.kind} ${sent.name}${receiver}, ${cause}.`,
      locateNode(now, now?.node),
      rules.map(rule => `Set by the ${locatedRuleName(rule)}.`),
    ),
    session: why(
      sent.cause === undefined
        ? `The session is ${session}.`
        : `The session is ${session}, that of the exchange ${sent.cause}.`,
    ),
    validation:
      ofRequest.length === 0
        ? why('The request that the mock sends is valid.')
        : why(
            `The request that the mock sends has ${pluralize(ofRequest.length, 'finding')}.`,
            ofRequest[0]?.location,
            ofRequest.map(findingText),
          ),
    selection:
      exchange.response === undefined
        ? why('There is no response.', undefined, [sentence(sent.failure ?? 'the request was not sent')])
        : why(
            `The receiver responds with ${exchange.response.status}${ofResponse.length === 0 ? ', as the document declares' : ''}.`,
            ofResponse[0]?.location,
            ofResponse.map(findingText),
          ),
  };
}
