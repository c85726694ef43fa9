// Is the response one that the operation declares: its status, its headers, its body?
import { header, isRecorded, type Response } from '../../exchange/exchange.ts';
import { closestMediaType, parseMediaType } from '../../exchange/media-type.ts';
import { isEmpty } from '../../exchange/text-body.ts';
import type { FindingCode } from '../../finding/catalogue.ts';
import type { Finding } from '../../finding/finding.ts';
import { pointer } from '../../finding/pointer.ts';
import { isCommonHeader } from '../common-headers.ts';
import { type ApiSpec, type Content, type Operation, type ResponseSpec, responseFor } from '../contract.ts';
import { readHeaderParameter } from '../params.ts';
import { shapeOf } from '../shape.ts';
import { judgeBody } from './body.ts';
import { judgeStyled, readDocument } from './parameters.ts';

/** @param method of the request: the answer to a HEAD has no body whatever the operation declares */
export function checkResponse(
  operation: Operation,
  response: Response,
  method: string,
  findings: Finding[],
): void {
  const { api } = operation;
  const bodiless = method === 'HEAD' || [204, 205, 304].includes(response.status) || response.status < 200;
  if (bodiless && isRecorded(response.body) && response.body.length > 0) {
    const why = method === 'HEAD' ? 'the answer to HEAD' : `status ${response.status}`;
    const message = `response body must not be there: ${why} has none`;
    findings.push({
      code: 'response-body-unexpected',
      message,
      at: '/response/body',
      clause: api.sources.clause(operation.part),
    });
  }
  const declared = responseFor(operation, response.status);
  if (declared === undefined) {
    const known = operation.responses.map(({ status }) => status).join(', ');
    const message = `status ${response.status} is not one that ${operation.id} declares (${known})`;
    findings.push({
      code: 'status-undocumented',
      message,
      at: '/response/status',
      clause: api.sources.clause(operation.part),
    });
    return;
  }
  for (const parameter of declared.headers) {
    const raw = header(response.headers, parameter.name.toLowerCase());
    const sent =
      parameter.content === undefined
        ? readHeaderParameter(parameter, shapeOf(api.sources, parameter.schema), raw)
        : readDocument(parameter, raw);
    judgeStyled(api, parameter, sent, 'response', findings, response.withheld);
  }
  reportUnknown(declared, response, api, findings);
  if (!bodiless) checkBody(operation, declared, response, findings);
}

function reportUnknown(
  { headers, status, part }: ResponseSpec,
  response: Response,
  api: ApiSpec,
  findings: Finding[],
): void {
  const declared = new Set(headers.map(({ name }) => name.toLowerCase()));
  for (const name of Object.keys(response.headers)) {
    if (declared.has(name) || isCommonHeader(name)) continue;
    findings.push({
      code: 'response-header-undocumented',
      message: `response header "${name}" is not one that status ${status} declares`,
      at: `/response/headers${pointer(name)}`,
      clause: api.sources.clause(part),
    });
  }
}

function checkBody(
  operation: Operation,
  declared: ResponseSpec,
  response: Response,
  findings: Finding[],
): void {
  const content = contentFor(operation, declared, response, findings);
  if (content !== undefined) judgeBody(operation.api, content, response, 'response', findings);
}

/** The declared content that describes the body; where there is none, the reason is reported. */
function contentFor(
  { api }: Operation,
  { contents, status, part }: ResponseSpec,
  response: Response,
  findings: Finding[],
): Content | undefined {
  const report = (code: FindingCode, message: string, at = '/response/body'): undefined => {
    findings.push({ code, message, at, clause: api.sources.clause(part) });
  };
  const empty = isEmpty(response);
  const promised = contents.map(({ mediaType }) => mediaType).join(' or ');
  if (contents.length === 0) {
    if (empty || !isRecorded(response.body)) return undefined;
    return report(
      'response-body-undocumented',
      `response body is not something that status ${status} declares`,
    );
  }
  if (empty)
    return report('response-body-missing', `response body is missing; status ${status} declares ${promised}`);
  const at = '/response/headers/content-type';
  const sent = header(response.headers, 'content-type');
  const mediaType = sent === undefined ? undefined : parseMediaType(sent);
  if (mediaType === undefined) {
    const said = sent === undefined ? 'is missing' : 'is no media type';
    return report(
      'response-media-type-missing',
      `Content-Type ${said}; status ${status} declares ${promised}`,
      at,
    );
  }
  return (
    closestMediaType(contents, mediaType) ??
    report(
      'response-media-type',
      `Content-Type is ${mediaType.essence}; status ${status} declares ${promised}`,
      at,
    )
  );
}
