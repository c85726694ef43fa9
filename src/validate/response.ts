// Validates a response against an operation: its status, headers and body.

import { header, isRecorded, isWithheld, type Request, type Response } from '../exchange/exchange.ts';
import { isCommonHeader } from '../exchange/header-names.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { closestMediaType, isJson, isXml, mediaTypeOf, parseMediaType } from '../exchange/media-type.ts';
import { hasEmptyBody } from '../exchange/text-body.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import {
  type ApiSpec,
  type Content,
  type Operation,
  type Parameter,
  type ResponseSpec,
  responseFor,
} from '../openapi/model.ts';
import { matchForOperation } from '../routing/path-values.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { validateBody } from './body.ts';
import { withMaskedValues } from './masked-values.ts';
import { validateParameterValue } from './parameters.ts';
import { isPart, protocolMeaning } from './protocol-responses.ts';
import { type QuoteSources, quoteTestFor } from './quote-test.ts';
import { readResponseHeader } from './read-parameter.ts';
import { notCheckable } from './unusable.ts';

/**
 * Lists every finding about a response of an operation.
 * @param method the method of the request, in upper case. A response to HEAD has no body (RFC 9110 section 9.3.2).
 * @param request the messages do not quote its secrets; undefined: not known
 * @example
 * validateResponse(operation, { status: 204, headers: {}, body: new Uint8Array() });
 */
export function validateResponse(
  operation: Operation,
  response: Response,
  method: string = operation.method,
  request?: Request,
): Finding[] {
  if (operation.unusable !== undefined) return [notCheckable(operation.unusable, 'response')];
  const findings: Finding[] = [];
  const { api } = operation;
  const secretSources = {
    messages: request === undefined ? [response] : [request, response],
    pathValues: () => request && matchForOperation(operation, request.path)?.pathValues,
  };
  // RFC 9110 sections 6.4.1 and 15.3.6.
  const mustBeEmpty = method === 'HEAD' || [204, 205, 304].includes(response.status) || response.status < 200;
  if (mustBeEmpty && isRecorded(response.body) && response.body.length > 0) {
    const reason = method === 'HEAD' ? 'a response to HEAD' : `status ${response.status}`;
    const message = `response body is not allowed: ${reason} has none`;
    findings.push({
      code: 'response-body-unexpected',
      message,
      at: '/response/body',
      location: api.documents.locate(operation.node),
    });
  }
  const declared = describingResponse(operation, response, request, findings);
  if (declared === 'protocol') return findings;
  if (declared === undefined) {
    const known = operation.responses.map(({ status }) => status).join(', ');
    const message = `status ${response.status} is not declared by ${operation.id} (declared: ${known})`;
    findings.push({
      code: 'status-undocumented',
      message,
      at: '/response/status',
      location: api.documents.locate(operation.node),
    });
    return findings;
  }
  if (declared.unusable !== undefined) return [...findings, notCheckable(declared.unusable, 'response')];
  // A client that sends If-Range has the fields of the whole already (RFC 9110 section 15.3.7).
  const mayOmit = response.status === 206 && request?.headers['if-range'] !== undefined;
  for (const parameter of declared.headers) {
    if (mayOmit && header(response.headers, parameter.name.toLowerCase()) === undefined) continue;
    findings.push(...validateResponseHeader(api, parameter, response, secretSources));
  }
  for (const cause of declared.unusableHeaders)
    findings.push(notCheckable(cause, 'response', 'a response header', '/response/headers'));
  // A header that cannot be read may declare the name.
  if (declared.unusableHeaders.length === 0) reportUndocumentedHeaders(declared, response, api, findings);
  if (!mustBeEmpty) {
    const content = findContent(operation, declared, response, findings);
    if (content !== undefined && response.status === 206 && isPart(response.headers))
      findings.push({
        code: 'response-body-not-checkable',
        message: 'response body cannot be checked: it is a part of the whole (RFC 9110 section 15.3.7)',
        at: '/response/body',
        location: api.documents.locate(content.node),
      });
    else if (content !== undefined)
      validateBody(api, content, response, 'response', quoteTestFor(api, secretSources), findings);
  }
  return withMaskedValues(findings, response);
}

/** Lists the findings about one declared header of a response. */
export function validateResponseHeader(
  api: ApiSpec,
  parameter: Parameter,
  response: Response,
  secretSources: QuoteSources = { messages: [response], pathValues: () => undefined },
): Finding[] {
  const value = readResponseHeader(api, parameter, response.headers);
  const findings: Finding[] = [];
  validateParameterValue(
    { api, parameter, direction: 'response', secretSources, message: response },
    value,
    findings,
  );
  return findings;
}

/** The declared response; `protocol` if HTTP says what the response is, and the document does not. */
function describingResponse(
  operation: Operation,
  response: Response,
  request: Request | undefined,
  findings: Finding[],
): ResponseSpec | 'protocol' | undefined {
  const { status } = response;
  const declared = responseFor(operation, status);
  if (declared?.status === String(status)) return declared;
  const meaning = protocolMeaning(status, request);
  if (meaning === undefined) return declared;
  // The declared body of "default" is that of an error, and a 304 has none.
  if (status === 304) return 'protocol';
  // A 206 has the fields of the 200 (RFC 9110 section 15.3.7).
  const described = status === 206 ? (responseFor(operation, 200) ?? declared) : declared;
  const mediaType = mediaTypeOf(response.headers);
  if (
    described !== undefined &&
    (status === 206 || (mediaType && closestMediaType(described.contents, mediaType)))
  )
    return described;
  findings.push({
    code: 'response-not-checkable',
    message: `the response cannot be checked: status ${status} is ${meaning}`,
    at: '/response/status',
    location: operation.api.documents.locate((declared ?? operation).node),
  });
  return 'protocol';
}

function reportUndocumentedHeaders(
  { headers, status, node }: ResponseSpec,
  response: Response,
  api: ApiSpec,
  findings: Finding[],
): void {
  const declared = new Set(headers.map(({ name }) => name.toLowerCase()));
  for (const name of Object.keys(response.headers)) {
    if (declared.has(name) || isCommonHeader(name)) continue;
    findings.push({
      code: 'response-header-undocumented',
      message: `response header "${name}" is not declared for status ${status}`,
      at: `/response/headers${jsonPointer(name)}`,
      location: api.documents.locate(node),
    });
  }
}

/** Whether a body without bytes is a text that its schema allows: a CSV file without rows, for example. */
function isEmptyText(api: ApiSpec, contents: readonly Content[], { headers }: Response): boolean {
  const mediaType = mediaTypeOf(headers);
  if (mediaType === undefined || isJson(mediaType.essence) || isXml(mediaType.essence)) return false;
  const schema = closestMediaType(contents, mediaType)?.schema;
  if (schema === undefined) return false;
  const hints = typeHintsOf(api, schema);
  return hints.types.has('string') && hints.accepts('');
}

/** Finds the declared content for the Content-Type of the response; reports why there is none. */
function findContent(
  { api }: Operation,
  { contents, status, node }: ResponseSpec,
  response: Response,
  findings: Finding[],
): Content | undefined {
  const report = (code: FindingCode, message: string, at = '/response/body'): undefined => {
    findings.push({ code, message, at, location: api.documents.locate(node) });
  };
  const empty = hasEmptyBody(response);
  const declaredTypes = contents.map(({ mediaType }) => mediaType).join(' or ');
  if (contents.length === 0) {
    if (empty || !isRecorded(response.body)) return undefined;
    return report('response-body-undocumented', `response body is not declared for status ${status}`);
  }
  if (empty && isEmptyText(api, contents, response)) return undefined;
  if (empty)
    return report(
      'response-body-missing',
      `response body is missing; status ${status} declares ${declaredTypes}`,
    );
  const at = '/response/headers/content-type';
  const contentType = header(response.headers, 'content-type');
  const mediaType = contentType === undefined ? undefined : parseMediaType(contentType);
  if (contentType === undefined && isWithheld(response, 'content-type'))
    return report(
      'response-body-not-checkable',
      'response body cannot be checked: the recording omits "content-type"',
    );
  // Each part of it has a Content-Type of its own (RFC 9110 section 14.6).
  const isRanges = response.status === 206 && mediaType?.essence === 'multipart/byteranges';
  if (isRanges && !contents.some(each => each.mediaType.startsWith('multipart/byteranges')))
    return report(
      'response-body-not-checkable',
      'response body cannot be checked: it has several parts of the whole',
    );
  // Without a Content-Type the type is unknown (RFC 9110 section 8.3), and "*/*" without a schema admits all of them.
  const any = contents.find(each => each.mediaType === '*/*' && each.schema === undefined);
  if (contentType === undefined && any !== undefined) return any;
  if (mediaType === undefined) {
    const problem = contentType === undefined ? 'is missing' : 'is not a media type';
    return report(
      'response-media-type-missing',
      `Content-Type ${problem}; status ${status} declares ${declaredTypes}`,
      at,
    );
  }
  return (
    closestMediaType(contents, mediaType) ??
    report(
      'response-media-type',
      `Content-Type is ${mediaType.essence}; status ${status} declares ${declaredTypes}`,
      at,
    )
  );
}
