// Negotiation without Prism, for responses with an example and no headers.

import type { Content, Example, Operation, ResponseSpec } from '../../openapi/model.ts';
import { chooseContent } from './choose-content.ts';

/**
 * Gives the result of Prism for the simple cases. Prism takes a quarter of a second to load, and the first response should
 * not wait for that. `test/negotiates-like-prism.long.test.ts` compares both.
 * @param content the one that is sent
 * @returns undefined if Prism must negotiate
 */
export function negotiateWithoutPrism(
  { status, headers }: ResponseSpec,
  content: Content | undefined,
  { example }: Pick<NegotiationInput, 'example'>,
): NegotiationResult | undefined {
  if (content === undefined || headers.length > 0 || !/^\d{3}$/.test(status)) return undefined;
  const { examples } = content;
  const selected = example === undefined ? examples[0] : examples.find(({ name }) => name === example);
  if (selected?.value === undefined) return undefined;
  return { status: Number(status), example: selected };
}

/** Whether the success response of the operation needs Prism. */
export function needsPrism(operation: Operation): boolean {
  const { successResponse: success } = operation;
  if (success === undefined) return false;
  const content = chooseContent(operation, success, NO_SELECTION)?.content;
  return negotiateWithoutPrism(success, content, NO_SELECTION) === undefined;
}

const NO_SELECTION = { example: undefined, accept: undefined };

/** Input of the negotiation: the request is already matched and validated. */
export interface NegotiationInput {
  readonly status: number | undefined;
  readonly example: string | undefined;
  /** The key of the content that is sent. */
  readonly accept: string | undefined;
}

/** The selected response, or why none can be selected. */
export type NegotiationResult =
  | {
      readonly status: number;
      readonly example: Example | undefined;
    }
  /** `failure` is an error code of Prism, such as NOT_ACCEPTABLE. */
  | { readonly failure: string; readonly reason: string };
