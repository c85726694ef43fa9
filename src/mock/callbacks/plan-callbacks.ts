// Plans the callbacks of an exchange: which are sent, when, to which URL and with which content.

import type { Exchange } from '../../exchange/exchange.ts';
import type { Callback } from '../../openapi/model.ts';
import { evaluateExpressionText, expressionSources } from '../../openapi/runtime-expression.ts';
import { EXCHANGE_ID_HEADER } from '../../routing/match-target.ts';
import type { CompiledCallback, CompiledCallbacks } from '../../scenario/compile.ts';
import { delayOf } from '../../scenario/delivery.ts';
import type { TemplateContext } from '../../scenario/template-context.ts';
import { applyMergePatch, renderTemplates } from '../../scenario/value.ts';
import type { ServeEvent } from '../serve-event.ts';
import type { SentContent } from './create-request.ts';

/** What the callbacks of a served request depend on, besides the exchange. */
export interface CallbackPlan {
  /** Of the scenarios. */
  readonly settings: CompiledCallbacks;
  readonly templateContext: TemplateContext;
}

export interface PlannedCallback {
  readonly callback: Callback;
  /** Milliseconds after the response. */
  readonly delay: number;
  /** As evaluated: it may be no URL. */
  readonly url: string;
  /** @throws TemplateError when a template of a scenario cannot be evaluated */
  readonly content: () => SentContent;
}

/**
 * Whether a response causes callbacks: a 2xx or 3xx response. A request that is a callback itself causes none, or a callback
 * to this server could go on for ever.
 */
export function causesCallbacks({ request, response }: Pick<Exchange, 'request' | 'response'>): boolean {
  const status = response?.status ?? 0;
  return status >= 200 && status < 400 && request.headers[EXCHANGE_ID_HEADER] === undefined;
}

/** The event with the plan of the callbacks that it causes. The event itself, which the journal keeps, does not have it. */
export function withCallbacks<Event extends ServeEvent>(
  event: Event,
  plan: CallbackPlan | undefined,
): Event & { readonly callbacks?: CallbackPlan } {
  if (plan === undefined || event.problem !== undefined || !causesCallbacks(event.exchange)) return event;
  return { ...event, callbacks: plan };
}

/** Without the callbacks that a scenario turns off, and those whose URL has an expression without a value. */
export function planCallbacks(
  { settings, templateContext }: CallbackPlan,
  exchange: Pick<Exchange, 'request' | 'response'>,
): PlannedCallback[] {
  const { call, random } = templateContext;
  templateContext.response = exchange.response;
  const sources = expressionSources(exchange, call.pathValues);
  return call.operation.callbacks.flatMap(callback => {
    const specified = settings.get(callback.name) ?? settings.get('*') ?? AS_DECLARED;
    const url = evaluateExpressionText(callback.url, sources);
    if (typeof url !== 'string') return [];
    return specified.map(each => ({
      callback,
      delay: delayOf(each.delay, random),
      url,
      content: () => contentOf(each, templateContext),
    }));
  });
}

const AS_DECLARED: readonly CompiledCallback[] = [{}];

function contentOf({ example, body, patch }: CompiledCallback, context: TemplateContext): SentContent {
  return {
    example,
    body: body && renderTemplates(body, context),
    patch: patch && (value => applyMergePatch(value, patch, context)),
  };
}
