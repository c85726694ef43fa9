// The violations of the schema of a body, as Prism lists them: each error of ajv, and int32 also as bounds.

import type { Request, Response } from '../../exchange/exchange.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';
import { parseMediaType } from '../../exchange/media-type.ts';
import type { Finding } from '../../finding/finding.ts';
import type { ApiSpec, Content } from '../../openapi/model.ts';
import type { Direction } from '../../schema/dialect.ts';
import type { SchemaError } from '../../schema/schemas.ts';
import { readBodyValue } from '../../validate/body-value.ts';
import { ajvMessage } from './ajv-message.ts';
import type { PrismViolation } from './violation.ts';

export const NO_VIOLATIONS: readonly PrismViolation[] = [];

/** Prism reads the format int32 as bounds, besides checking it. */
export function boundOf(value: number): 'minimum' | 'maximum' {
  return value < 0 ? 'minimum' : 'maximum';
}

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

export function schemaViolations(
  api: ApiSpec,
  content: Content,
  message: Request | Response,
  direction: Direction,
): readonly PrismViolation[] {
  const { schema } = content;
  const value = schema && readBodyValue(api, content, message);
  if (schema === undefined || value === undefined) return NO_VIOLATIONS;
  return api.schemas.errors(schema, value.json, { direction, errors: 'all' }).flatMap(error => {
    const violation = errorViolation(error, direction);
    if (error.keyword !== 'format' || error.params.format !== 'int32') return violation;
    return [{ ...violation, code: boundOf(Number(error.data)) }, violation];
  });
}

function errorViolation(error: SchemaError, direction: Direction): PrismViolation {
  const { instancePath, keyword } = error;
  const steps = splitPointer(instancePath);
  const side = direction === 'request' ? 'Request' : 'Response';
  const subject = steps.length === 0 ? '' : `property ${steps.join('.')} `;
  return {
    path: ['body', ...steps],
    severity: 'Error',
    code: keyword,
    message: `${side} body ${subject}${ajvMessage(error)}`,
  };
}
