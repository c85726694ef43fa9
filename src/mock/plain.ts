// The answer that needs no negotiation: one media type, its example, and nothing to weigh against each other.

import { acceptableTypes, isJson, parseMediaType } from '../exchange/media-type.ts';
import type { Operation, ResponseSpec } from '../openapi/model.ts';
import type { NegotiationInput, NegotiationResult } from './respond/prism.ts';

/**
 * What Prism would say, where that is beyond doubt: Prism takes a quarter of a second to load, which the first answer of a
 * server should not have to wait for. `test/negotiates-like-prism.test.ts` holds both against each other.
 * @returns undefined when Prism is to be asked
 */
export function negotiateWithoutPrism(
  operation: Operation,
  { status, contents, headers }: ResponseSpec,
  { example, accept }: NegotiationInput,
): NegotiationResult | undefined {
  // Prism says so in a header.
  if (operation.deprecated) return undefined;
  const [content] = contents;
  if (content === undefined || contents.length > 1 || headers.length > 0 || !/^\d{3}$/.test(status))
    return undefined;
  const { mediaType, examples } = content;
  const type = parseMediaType(mediaType);
  if (type === undefined || !isJson(type.essence) || type.essence.includes('*')) return undefined;
  if (acceptableTypes(accept, [mediaType]).length === 0) return undefined;
  const chosen = example === undefined ? examples[0] : examples.find(({ name }) => name === example);
  if (chosen?.value === undefined) return undefined;
  return { status: Number(status), headers: {}, mediaType, body: chosen.value };
}

/** Whether Prism has to be asked what the operation answers when all goes well. */
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
