// The violations of the schema of a body, as Prism lists them: each error of ajv.

import type { Request, Response } from '../../exchange/exchange.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';
import { parseMediaType } from '../../exchange/media-type.ts';
import type { Finding } from '../../finding/finding.ts';
import type { ApiSpec, Content } from '../../openapi/model.ts';
import type { Direction } from '../../schema/dialect.ts';
import { countValues } from '../../schema/evaluation-budget.ts';
import { readBodyValue } from '../../validate/body-value.ts';
import { keywordViolations } from './keyword-violations.ts';
import type { PrismViolation } from './violation.ts';

export const NO_VIOLATIONS: readonly PrismViolation[] = [];

export function malformedViolation({ message }: Finding): PrismViolation {
  return { path: ['body'], severity: 'Error', code: 'type', message };
}

/** Prism compares types and subtypes without their prefix: application/json is accepted for application/vnd.api+json. */
export function contentFor(contents: readonly Content[], contentType: string): Content | undefined {
  const sent = typeParts(contentType);
  return (
    sent &&
    contents.find(({ mediaType }) => {
      const declared = typeParts(mediaType);
      return (
        declared !== undefined &&
        (declared.type === '*' || declared.type === sent.type) &&
        (declared.subtype === '*' || declared.subtype === sent.subtype)
      );
    })
  );
}

function typeParts(text: string): { type: string; subtype: string } | undefined {
  const essence = parseMediaType(text)?.essence;
  if (essence === undefined) return undefined;
  const [type = '', subtype = ''] = essence.split('/');
  return { type, subtype: subtype.slice(subtype.indexOf('+') + 1) };
}

/** Larger bodies get their first violation: an answer with one for each value would be many times as long as the request. */
const MAX_VALUES = 20_000;

export function schemaViolations(
  api: ApiSpec,
  content: Content,
  message: Request | Response,
  direction: Direction,
): readonly PrismViolation[] {
  const { schema } = content;
  const value = schema && readBodyValue(api, content, message);
  if (schema === undefined || value === undefined) return NO_VIOLATIONS;
  const errors = countValues(value.json) > MAX_VALUES ? 'first' : 'all';
  const side = direction === 'request' ? 'Request' : 'Response';
  return api.schemas.errors(schema, value.json, { direction, errors }).flatMap(error => {
    const steps = splitPointer(error.instancePath);
    const subject = `${side} body ${steps.length === 0 ? '' : `property ${steps.join('.')} `}`;
    return keywordViolations(['body', ...steps], subject, error, error.data);
  });
}
