// Validates the body of a request: present if required, of a declared media type, and valid for its schema.

import { header, isRecorded, isWithheld, type Request } from '../exchange/exchange.ts';
import { closestMediaType, parseMediaType } from '../exchange/media-type.ts';
import { hasEmptyBody } from '../exchange/text-body.ts';
import type { Finding } from '../finding/finding.ts';
import type { Match } from '../routing/match.ts';
import { validateBody } from './body.ts';
import { isPart } from './protocol-responses.ts';
import { quoteTestFor } from './quote-test.ts';
import { notCheckable } from './unusable.ts';

export function checkRequestBody(
  { operation, pathValues }: Match,
  request: Request,
  findings: Finding[],
): void {
  const { requestBody, api } = operation;
  if (requestBody?.unusable !== undefined) {
    findings.push(notCheckable(requestBody.unusable, 'request', 'request body', '/request/body'));
    return;
  }
  const contentType = header(request.headers, 'content-type');
  const empty = hasEmptyBody(request);
  if (requestBody === undefined) {
    if (!empty && isRecorded(request.body) && request.method !== 'TRACE') {
      const message = `request body is not declared by ${operation.id}`;
      findings.push({
        code: 'request-body-undocumented',
        message,
        at: '/request/body',
        location: api.documents.locate(operation.node),
      });
    }
    return;
  }
  const location = () => api.documents.locate(requestBody.node);
  if (empty && !requestBody.required) return;
  // Without a body the Content-Type does not matter, except for a required body: then it is checked if it is sent.
  if (contentType !== undefined || !empty) {
    if (contentType === undefined && isWithheld(request, 'content-type')) {
      const message = 'request body cannot be checked: the recording omits "content-type"';
      findings.push({
        code: 'request-body-not-checkable',
        message,
        at: '/request/body',
        location: location(),
      });
      return;
    }
    const mediaType = contentType === undefined ? undefined : parseMediaType(contentType);
    const content = mediaType && closestMediaType(requestBody.contents, mediaType);
    if (content === undefined && requestBody.contents.length > 0) {
      const accepted = requestBody.contents.map(each => each.mediaType).join(' or ');
      const problem =
        contentType === undefined
          ? 'is missing'
          : mediaType === undefined
            ? 'is not a media type'
            : `is ${mediaType.essence}`;
      const message = `Content-Type ${problem}; ${operation.id} accepts ${accepted}`;
      findings.push({
        code: 'request-media-type',
        message,
        at: '/request/headers/content-type',
        location: location(),
      });
      return;
    }
    // A partial PUT (RFC 9110 section 14.5).
    if (content !== undefined && request.headers['content-range'] !== undefined && isPart(request.headers)) {
      findings.push({
        code: 'request-body-not-checkable',
        message: 'request body cannot be checked: it is a part of the whole (RFC 9110 section 14.5)',
        at: '/request/body',
        location: location(),
      });
      return;
    }
    if (content !== undefined && !empty) {
      const mayQuote = quoteTestFor(api, { messages: [request], pathValues: () => pathValues });
      validateBody(api, content, request, 'request', mayQuote, findings);
    }
  }
  if (empty) {
    findings.push({
      code: 'request-body-missing',
      message: 'request body is required and missing',
      at: '/request/body',
      location: location(),
    });
  }
}
