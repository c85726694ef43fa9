// The violations of a request as Prism reports them: made from the findings, and for bodies from the errors of ajv.

import { Buffer } from 'node:buffer';
import { childNode, childNodes, followReferences } from '../../document/documents.ts';
import { header, isRecorded, parsePairs, type Request } from '../../exchange/exchange.ts';
import { isObject } from '../../exchange/json.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';
import { hasEmptyBody } from '../../exchange/text-body.ts';
import type { FindingCode } from '../../finding/catalogue.ts';
import type { Finding } from '../../finding/finding.ts';
import type { ApiSpec, Content, Operation, Parameter } from '../../openapi/model.ts';
import type { Match } from '../../routing/match.ts';
import type { RequestValidation } from '../preferences.ts';
import { contentFor, malformedViolation, NO_VIOLATIONS, schemaViolations } from './body-violations.ts';
import { type KeywordError, keywordViolations } from './keyword-violations.ts';
import { valueViolations } from './parameter-violations.ts';
import { securityViolation } from './security.ts';
import type { PrismViolation } from './violation.ts';

/** In the order of Prism: security, body, header, query, path. @param validation off: security only */
export function requestViolations(
  match: Match,
  request: Request,
  findings: readonly Finding[],
  validation: RequestValidation,
): readonly PrismViolation[] {
  const { operation } = match;
  const security =
    operation.security.length === 0 ? undefined : securityViolation(operation, request, findings);
  if (validation === 'off') return security === undefined ? NO_VIOLATIONS : [security];
  const hasBody = mayViolateBody(operation, request, findings);
  const empty = emptyParameters(match, request);
  if (findings.length === 0 && security === undefined && !hasBody && empty === NO_PARAMETERS)
    return NO_VIOLATIONS;
  // A list may have more entries than a call may have arguments.
  return [
    ...(security === undefined ? [] : [security]),
    ...(hasBody ? bodyViolations(operation, request, findings) : []),
    ...PLACES.flatMap(place => parameterViolations(operation, request, place, findings, empty)),
  ];
}

/** Most requests have no finding. Only what forms may not contain is no finding. */
function mayViolateBody({ requestBody }: Operation, request: Request, findings: readonly Finding[]): boolean {
  if (hasEmptyBody(request)) return requestBody?.required === true;
  const isJsonBody = header(request.headers, 'content-type')?.startsWith('application/json') === true;
  return findings.length > 0 || !isJsonBody || requestBody?.contents.length === 0;
}

const PLACES = ['header', 'query', 'path', 'cookie'] as const;

const NO_PARAMETERS: readonly Parameter[] = [];

/** Parameters of the query and the path that are sent without a value they may have: Prism takes them for missing. */
function emptyParameters({ operation, pathValues }: Match, { query, path }: Request): readonly Parameter[] {
  const isLikely = /=(?:&|$)|(?:^|&)[^=&]+(?:&|$)/.test(query) || /\/(?:\/|$)/.test(path);
  if (!isLikely || operation.parameters.length === 0) return NO_PARAMETERS;
  const sent = parsePairs(query);
  return operation.parameters.filter(({ in: place, name, allowEmptyValue }) => {
    if (place === 'path') return pathValues[name] === '';
    return (
      place === 'query' && !allowEmptyValue && sent.some(each => each.name === name && each.value === '')
    );
  });
}

/** Deprecated parameters come last. */
function parameterViolations(
  { parameters, api }: Operation,
  request: Request,
  place: (typeof PLACES)[number],
  findings: readonly Finding[],
  empty: readonly Parameter[],
): PrismViolation[] {
  const missing = (name: string): PrismViolation => ({
    path: [place],
    severity: 'Error',
    code: 'required',
    message: `Request ${place} must have required property '${name.toLowerCase()}'`,
  });
  const emptyHere = empty.filter(each => each.in === place);
  const whole = parameters.find(each => each.in === 'querystring');
  const errors = emptyHere.filter(({ required }) => required).map(({ name }) => missing(name));
  const warnings: PrismViolation[] = [];
  const plural = place === 'header' || place === 'cookie' ? 's' : '';
  const prefix = `/request/${place}${plural}/`;
  for (const finding of findings) {
    const { code, at, message } = finding;
    if (!code.startsWith('parameter-')) continue;
    // A finding about a whole query string is at "/request/query".
    const isWhole = place === 'query' && at === '/request/query';
    if (!isWhole && !at.startsWith(prefix)) continue;
    const [, , name = whole?.name ?? '', ...inner] = splitPointer(at);
    if (emptyHere.some(each => each.name === name)) continue;
    const path = [place, name.toLowerCase(), ...inner];
    if (code === 'parameter-missing') errors.push(missing(name));
    else if (code === 'parameter-malformed') {
      const type = typeOf(
        api,
        parameters.find(each => each.in === place && each.name === name),
      );
      errors.push(
        ...(type === undefined
          ? [{ path, severity: 'Error', code: 'type', message } as const]
          : keywordViolations(
              path,
              `Request ${place} parameter ${path.slice(1).join('.')} `,
              type,
              undefined,
            )),
      );
    } else if (code === 'parameter-schema') {
      const value =
        place === 'header'
          ? header(request.headers, name)
          : parsePairs(request.query).find(each => each.name === name)?.value;
      errors.push(...valueViolations(api, 'Request', path, finding, value));
    } else if (code === 'parameter-deprecated') {
      const declared = parameters.find(
        each => each.in === place && each.name.toLowerCase() === name.toLowerCase(),
      );
      // Prism looks for the declared name among fields in lower case.
      if (place === 'header' && request.headers[declared?.name ?? ''] === undefined) continue;
      const subject = `${place.charAt(0).toUpperCase()}${place.slice(1)} param ${declared?.name}`;
      warnings.push({
        path: [place, declared?.name ?? name],
        severity: 'Warning',
        code: 'deprecated',
        message: `${subject} is deprecated`,
      });
    }
  }
  return [...errors, ...warnings];
}

/** The error of a value that is not of its type. */
function typeOf({ documents }: ApiSpec, parameter: Parameter | undefined): KeywordError | undefined {
  const schema = parameter?.schema && followReferences(documents, parameter.schema)?.value;
  return isObject(schema) && typeof schema.type === 'string'
    ? { keyword: 'type', schema: schema.type, params: {} }
    : undefined;
}

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
    const message =
      contents.length === 0
        ? 'No supported content types, but request included a non-empty body'
        : `Supported content types: ${contents.map(({ mediaType }) => mediaType).join(',')}`;
    return [{ severity: 'Error', code: 415, message }];
  }
  if (/^multipart\/form-data *$/i.test(contentType ?? '')) {
    const message = 'Boundary parameter for multipart/form-data is not defined in the request header.';
    return [{ severity: 'Error', code: 415, message }];
  }
  const malformed = findings.find(({ code }) => code === 'request-body-malformed');
  if (malformed !== undefined) return [malformedViolation(malformed)];
  const reserved = reservedCharacters(content, request);
  if (reserved.length > 0) return reserved;
  // Findings join the errors of alternatives, and Prism lists each. Most bodies have none.
  const isValid = findings.every(({ code }) => !OF_BODY.has(code));
  return isValid ? NO_VIOLATIONS : schemaViolations(api, content, request, 'request');
}

/** Without one of them, no schema rejects the body. Prism validates bodies of another media type, too. */
const OF_BODY: ReadonlySet<FindingCode> = new Set(['request-body-schema', 'request-media-type']);

/** Members of a form that have an encoding, and characters that a URL reserves, without allowReserved. */
function reservedCharacters({ mediaType, node }: Content, { body }: Request): PrismViolation[] {
  const encodings = childNodes(childNode(node, 'encoding'));
  if (encodings.length === 0 || !isRecorded(body) || !/^application\/x-www-form-urlencoded/i.test(mediaType))
    return [];
  const sent = new Map(
    Buffer.from(body)
      .toString()
      .split('&')
      .map(pair => [pair.replace(/=.*/s, ''), pair.replace(/^[^=]*=?/, '')] as const),
  );
  return encodings.flatMap(([name, encoding]): PrismViolation[] => {
    const isAllowed = isObject(encoding.value) && encoding.value.allowReserved === true;
    if (isAllowed || !/[/?#[\]@!$&'()*+,;=]/.test(sent.get(name) ?? '')) return [];
    const message = 'Reserved characters used in request body';
    return [{ path: ['body', name], severity: 'Error', message }];
  });
}
