// The violations of a request and of a response in the words of Prism: by the findings, and for bodies by the errors of ajv.

import { EMPTY_BODY, header, isRecorded, type Request, type Response } from '../../exchange/exchange.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';
import { mediaTypeOf, parseMediaType } from '../../exchange/media-type.ts';
import { hasEmptyBody } from '../../exchange/text-body.ts';
import type { Finding } from '../../finding/finding.ts';
import { type ApiSpec, type Content, type Operation, responseFor } from '../../openapi/model.ts';
import type { Match } from '../../routing/match.ts';
import type { Direction } from '../../schema/dialect.ts';
import type { SchemaError } from '../../schema/schemas.ts';
import { readBodyValue } from '../../validate/body-value.ts';
import { securityViolation } from './security.ts';
import type { PrismViolation } from './violation.ts';

/** In the order of Prism: security, body, header, query, path. */
export function requestViolations(
  { operation }: Match,
  request: Request,
  findings: readonly Finding[],
): readonly PrismViolation[] {
  const security = operation.security.length === 0 ? undefined : securityViolation(operation, request);
  const hasBody = request.body !== EMPTY_BODY || operation.requestBody !== undefined;
  if (findings.length === 0 && security === undefined && !hasBody) return NO_VIOLATIONS;
  const violations: PrismViolation[] = security === undefined ? [] : [security];
  if (hasBody) violations.push(...bodyViolations(operation, request, findings));
  for (const place of ['headers', 'query', 'path'] as const)
    violations.push(...parameterViolations(operation, request, place, findings));
  return violations;
}

export const NO_VIOLATIONS: readonly PrismViolation[] = [];

const PREFIXES = { headers: 'header', query: 'query', path: 'path' } as const;

/** Prism does not validate cookies. Deprecated parameters come last. */
function parameterViolations(
  { parameters }: Operation,
  request: Request,
  place: keyof typeof PREFIXES,
  findings: readonly Finding[],
): PrismViolation[] {
  const prefix = PREFIXES[place];
  const errors: PrismViolation[] = [];
  const warnings: PrismViolation[] = [];
  for (const { code, at, location, message } of findings) {
    if (!at.startsWith(`/request/${place}/`) || !code.startsWith('parameter-')) continue;
    const [, , name = '', ...inner] = splitPointer(at);
    const named = [prefix, name.toLowerCase(), ...inner];
    if (code === 'parameter-missing') {
      const text = `Request ${prefix} must have required property '${name.toLowerCase()}'`;
      errors.push({ path: [prefix], severity: 'Error', code: 'required', message: text });
    } else if (code === 'parameter-schema') {
      const keyword = splitPointer(location?.pointer ?? '').at(-1) ?? '';
      errors.push({
        path: OF_OBJECT.has(keyword) ? named.slice(0, -1) : named,
        severity: 'Error',
        code: keyword,
        message,
      });
    } else if (code === 'parameter-malformed') {
      errors.push({ path: named, severity: 'Error', code: 'type', message });
    } else if (code === 'parameter-deprecated') {
      const declared = parameters.find(
        each => each.in === prefix && each.name.toLowerCase() === name.toLowerCase(),
      );
      // Prism looks for the declared name among fields in lower case.
      if (prefix === 'header' && request.headers[declared?.name ?? ''] === undefined) continue;
      const text = `${prefix.charAt(0).toUpperCase()}${prefix.slice(1)} param ${declared?.name} is deprecated`;
      warnings.push({
        path: [prefix, declared?.name ?? name],
        severity: 'Warning',
        code: 'deprecated',
        message: text,
      });
    }
  }
  return [...errors, ...warnings];
}

/** Keywords whose errors ajv reports at the object, and findings at the member. */
const OF_OBJECT = new Set(['required', 'additionalProperties', 'unevaluatedProperties', 'propertyNames']);

function bodyViolations(
  { requestBody, api }: Operation,
  request: Request,
  findings: readonly Finding[],
): readonly PrismViolation[] {
  const isEmpty = hasEmptyBody(request);
  if (isEmpty) {
    if (requestBody?.required !== true) return NO_VIOLATIONS;
    return [{ severity: 'Error', code: 'required', message: 'Body parameter is required' }];
  }
  const contentType = header(request.headers, 'content-type');
  const contents = requestBody?.contents ?? [];
  const content = contentType === undefined ? contents[0] : contentFor(contents, contentType);
  if (content === undefined) {
    // Prism knows the length of a body by Content-Length only.
    if (
      requestBody !== undefined &&
      (contents.length === 0 || request.headers['content-length'] === undefined)
    )
      return NO_VIOLATIONS;
    const message =
      contents.length === 0
        ? 'No supported content types, but request included a non-empty body'
        : `Supported content types: ${contents.map(({ mediaType }) => mediaType).join(',')}`;
    return [{ severity: 'Error', code: 415, message }];
  }
  const malformed = findings.find(({ code }) => code === 'request-body-malformed');
  if (malformed !== undefined && isRecorded(request.body)) return [malformedViolation(malformed)];
  return schemaViolations(api, content, request, 'request');
}

function malformedViolation({ message }: Finding): PrismViolation {
  return { path: ['body'], severity: 'Error', code: 'type', message };
}

/** Prism compares types and subtypes without their prefix: application/json is accepted for application/vnd.api+json. */
function contentFor(contents: readonly Content[], contentType: string): Content | undefined {
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

function schemaViolations(
  api: ApiSpec,
  content: Content,
  message: Request | Response,
  direction: Direction,
): readonly PrismViolation[] {
  const { schema } = content;
  const value = schema && readBodyValue(api, content, message);
  if (schema === undefined || value === undefined) return NO_VIOLATIONS;
  return api.schemas
    .errors(schema, value.json, { direction, errors: 'all' })
    .map(error => errorViolation(error, direction));
}

function errorViolation(
  { instancePath, keyword, message = '', params }: SchemaError,
  direction: Direction,
): PrismViolation {
  const steps = splitPointer(instancePath);
  const side = direction === 'request' ? 'Request' : 'Response';
  const subject = steps.length === 0 ? '' : `property ${steps.join('.')} `;
  const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : '';
  const found = params.additionalProperty === undefined ? '' : `; found '${params.additionalProperty}'`;
  return {
    path: ['body', ...steps],
    severity: 'Error',
    code: keyword,
    message: `${side} body ${subject}${message}${allowed}${found}`,
  };
}

/** @param findings about the response: without one there is no violation */
export function responseViolations(
  operation: Operation,
  response: Response,
  findings: readonly Finding[],
): readonly PrismViolation[] {
  if (findings.length === 0) return NO_VIOLATIONS;
  const declared = responseFor(operation, response.status);
  if (declared === undefined) {
    const statuses = operation.responses.map(({ status }) => status).join(',');
    const message = `Unable to match the returned status code with those defined in the document: ${statuses}`;
    const isSuccess = response.status >= 200 && response.status < 300;
    return [{ severity: isSuccess ? 'Error' : 'Warning', message }];
  }
  return findings.flatMap((finding, index): readonly PrismViolation[] => {
    const { code, at, location, message } = finding;
    switch (code) {
      case 'response-media-type':
      case 'response-media-type-missing':
        return [{ severity: 'Error', message }];
      case 'response-body-malformed':
        return [malformedViolation(finding)];
      case 'response-body-schema': {
        // All errors of the body at its first finding: findings join those of alternatives.
        if (findings.findIndex(each => each.code === code) !== index) return [];
        const sent = mediaTypeOf(response.headers)?.essence;
        const content = (sent && contentFor(declared.contents, sent)) || declared.contents[0];
        return content === undefined ? [] : schemaViolations(operation.api, content, response, 'response');
      }
      case 'response-header-missing':
        return [{ path: ['header'], severity: 'Error', code: 'required', message }];
      case 'response-header-malformed':
      case 'response-header-schema': {
        const [, , name = '', ...inner] = splitPointer(at);
        const keyword =
          code === 'response-header-schema' ? (splitPointer(location?.pointer ?? '').at(-1) ?? '') : 'type';
        return [
          { path: ['header', name.toLowerCase(), ...inner], severity: 'Error', code: keyword, message },
        ];
      }
      default:
        return [];
    }
  });
}
