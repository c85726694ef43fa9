// The value of a response body: an example of the document, or one that is generated from the schema.

import { digitsOf, setDigits } from '../../exchange/exact-json.ts';
import { isObject } from '../../exchange/json.ts';
import { jsonPointer, splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import type { Content, Example, Operation } from '../../openapi/model.ts';
import type { BodySource } from './body-source.ts';
import { generateValue, type ResponseValue } from './generate.ts';

/** The value of the body: an example of the response, or a generated one. */
export async function bodyOf(
  operation: Operation,
  content: Content,
  example: Example | undefined,
  {
    seed,
    example: requested,
    fillProperties = false,
  }: {
    readonly seed: string | undefined;
    readonly example: string | undefined;
    readonly fillProperties?: boolean;
  },
  status: number,
): Promise<{ readonly value: ResponseValue; readonly source: BodySource } | undefined> {
  const isGenerated = example === undefined || (seed !== undefined && requested === undefined);
  if (isGenerated && content.schema !== undefined) {
    const errorStatus = status < 400 ? undefined : status;
    const options = { seed: seed ?? operation.id, dynamic: seed !== undefined, errorStatus, fillProperties };
    const { body, copied } = await generateValue(operation.api, content.schema, options);
    const { uri, pointer } = content.schema;
    const examples = copied.has('') ? 'all' : copied.size;
    const source: BodySource = {
      kind: 'generated',
      schema: { uri, pointer },
      examples,
      isSeeded: seed !== undefined,
    };
    return { value: body, source };
  }
  if (example === undefined) return undefined;
  const { uri, pointer } = example.node;
  const steps = splitPointer(pointer);
  const holder = valueAt(operation.api.documents.root(uri).value, jsonPointer(...steps.slice(0, -1)));
  const body: ResponseValue = [example.value];
  const digits = isObject(holder) ? digitsOf(holder, steps.at(-1) ?? '') : undefined;
  if (digits !== undefined) setDigits(body, 0, digits);
  return { value: body, source: { kind: 'example', name: example.name, node: { uri, pointer } } };
}
