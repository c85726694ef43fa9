// Negotiation without Prism, for responses with a single JSON example.

import { acceptableTypes, isJson, parseMediaType } from '../../exchange/media-type.ts';
import type { Example, Operation, ResponseSpec } from '../../openapi/model.ts';

/**
 * Gives the result of Prism for the simple cases. Prism takes a quarter of a second to load, and the first response should
 * not wait for that. `test/negotiates-like-prism.test.ts` compares both.
 * @returns undefined if Prism must negotiate
 */
export function negotiateWithoutPrism(
  operation: Operation,
  { status, contents, headers }: ResponseSpec,
  { example, accept }: NegotiationInput,
): NegotiationResult | undefined {
  // Prism adds a Deprecation header.
  if (operation.deprecated) return undefined;
  const [content] = contents;
  if (content === undefined || contents.length > 1 || headers.length > 0 || !/^\d{3}$/.test(status))
    return undefined;
  const { mediaType, examples } = content;
  const type = parseMediaType(mediaType);
  if (type === undefined || !isJson(type.essence) || type.essence.includes('*')) return undefined;
  if (acceptableTypes(accept, [mediaType]).length === 0) return undefined;
  const selected = example === undefined ? examples[0] : examples.find(({ name }) => name === example);
  if (selected?.value === undefined) return undefined;
  return { status: Number(status), headers: {}, mediaType, example: selected };
}

/** Whether the success response of the operation needs Prism. */
export function needsPrism(operation: Operation): boolean {
  const { successResponse: success } = operation;
  if (success === undefined) return false;
  return (
    negotiateWithoutPrism(operation, success, {
      status: undefined,
      example: undefined,
      accept: undefined,
    }) === undefined
  );
}

/** Input of the negotiation: the request is already matched and validated. */
export interface NegotiationInput {
  readonly status: number | undefined;
  readonly example: string | undefined;
  readonly accept: string | undefined;
}

/** The selected response, or why none can be selected. */
export type NegotiationResult =
  | {
      readonly status: number;
      /** From Prism: values can be numbers. */
      readonly headers: Readonly<Record<string, unknown>>;
      readonly mediaType: string | undefined;
      readonly example: Example | undefined;
    }
  /** `failure` is an error code of Prism, such as NOT_ACCEPTABLE. */
  | { readonly failure: string; readonly reason: string };
