// The violations of the schema of a parameter or a response header, as Prism reports them.

import { splitPointer } from '../../exchange/json-pointer.ts';
import type { Finding } from '../../finding/finding.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { keywordViolations } from './keyword-violations.ts';
import type { PrismViolation } from './violation.ts';

/** @param path of the value, with its place */
export function valueViolations(
  { documents }: ApiSpec,
  side: 'Request' | 'Response',
  path: readonly string[],
  { message, location }: Finding,
  value: string | undefined,
): readonly PrismViolation[] {
  const keyword = splitPointer(location?.pointer ?? '').at(-1) ?? '';
  const at = OF_OBJECT.has(keyword) ? path.slice(0, -1) : path;
  const uri = location && documents.uriOf(location.file);
  const schema = uri === undefined ? undefined : documents.nodeAt(uri, location?.pointer ?? '').value;
  // OpenAPI 3.0 has exclusive bounds that are true: the number is beside them.
  if (schema === undefined || schema === true)
    return [{ path: at, severity: 'Error', code: keyword, message }];
  const member = path.at(-1) ?? '';
  const [place = '', ...steps] = at;
  const subject = `${side} ${place} ${steps.length === 0 ? '' : `parameter ${steps.join('.')} `}`;
  const params = { missingProperty: member, additionalProperty: member, unevaluatedProperty: member };
  return keywordViolations(at, subject, { keyword, schema, params }, value);
}

/** Keywords whose errors ajv reports at the object, and findings at the member. */
const OF_OBJECT = new Set(['required', 'additionalProperties', 'unevaluatedProperties', 'propertyNames']);
