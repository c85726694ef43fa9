// Is the request's body there when required, of a media type the operation takes, and as its schema says?
import { header, isRecorded, type Request } from '../../exchange/exchange.ts';
import { closestMediaType, parseMediaType } from '../../exchange/media-type.ts';
import { isEmpty } from '../../exchange/text-body.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation } from '../contract.ts';
import { judgeBody } from './body.ts';

export function checkRequestBody(operation: Operation, request: Request, findings: Finding[]): void {
  const { requestBody, api } = operation;
  const sent = header(request.headers, 'content-type');
  const empty = isEmpty(request);
  if (requestBody === undefined) {
    if (!empty && isRecorded(request.body) && request.method !== 'TRACE') {
      const message = `request body is not something that ${operation.id} declares`;
      findings.push({
        code: 'request-body-undocumented',
        message,
        at: '/request/body',
        clause: api.sources.clause(operation.part),
      });
    }
    return;
  }
  const clause = () => api.sources.clause(requestBody.part);
  if (empty && !requestBody.required) return;
  // Without a body there is nothing to have a wrong type, except where a body is required and none is even announced.
  if (sent !== undefined || !empty) {
    const mediaType = sent === undefined ? undefined : parseMediaType(sent);
    const content = mediaType && closestMediaType(requestBody.contents, mediaType);
    if (content === undefined && requestBody.contents.length > 0) {
      const takes = requestBody.contents.map(each => each.mediaType).join(' or ');
      const said =
        sent === undefined
          ? 'is missing'
          : mediaType === undefined
            ? 'is no media type'
            : `is ${mediaType.essence}`;
      const message = `Content-Type ${said}; ${operation.id} takes ${takes}`;
      findings.push({
        code: 'request-media-type',
        message,
        at: '/request/headers/content-type',
        clause: clause(),
      });
      return;
    }
    if (content !== undefined && !empty) judgeBody(api, content, request, 'request', findings);
  }
  if (empty) {
    findings.push({
      code: 'request-body-missing',
      message: 'request body is required and missing',
      at: '/request/body',
      clause: clause(),
    });
  }
}
