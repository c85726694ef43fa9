// What the schema of an item rejects in a value.

import { Buffer } from 'node:buffer';
import { writeExactJson } from '../../exchange/exact-json.ts';
import type { JsonObject } from '../../exchange/json.ts';
import type { Finding } from '../../finding/finding.ts';
import { UnusableSchema } from '../../schema/schemas.ts';
import { validateBody } from '../../validate/body.ts';
import { quoteTestFor } from '../../validate/quote-test.ts';
import type { Resource } from './resource.ts';

/**
 * Properties that the schema does not name, and those that responses must not have, are no findings: an item may store them.
 * @returns findings whose `at` is a JSON Pointer into the value
 */
export function itemFindings({ api, itemSchema }: Resource, value: JsonObject): readonly Finding[] {
  if (itemSchema === undefined || isValid(api.schemas, itemSchema, value)) return NONE;
  const findings: Finding[] = [];
  const message = {
    headers: { 'content-type': ['application/json'] },
    body: Buffer.from(writeExactJson(value)),
  };
  const content = { mediaType: 'application/json', node: itemSchema, schema: itemSchema, examples: [] };
  const mayQuote = quoteTestFor(api, { messages: [message], pathValues: () => undefined });
  validateBody(api, content, message, 'response', mayQuote, findings);
  return findings
    .filter(({ code }) => code === 'response-body-schema')
    .map(finding => ({
      ...finding,
      code: 'state-item',
      message: finding.message.replace(/^response body/, 'the item'),
      at: finding.at.replace(/^\/response\/body/, ''),
    }));
}

const NONE: readonly Finding[] = [];

/** Costs much less than the findings, which a snapshot with many items rarely needs. */
function isValid(
  schemas: Resource['api']['schemas'],
  schema: NonNullable<Resource['itemSchema']>,
  value: JsonObject,
): boolean {
  try {
    return schemas.errors(schema, value, { direction: 'response', errors: 'first' }).length === 0;
  } catch (error) {
    if (error instanceof UnusableSchema) return true;
    throw error;
  }
}
