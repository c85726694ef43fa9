// The violations of a response as Prism reports them.

import { header, type Response } from '../../exchange/exchange.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';
import { mediaTypeOf } from '../../exchange/media-type.ts';
import type { Finding } from '../../finding/finding.ts';
import { type Operation, responseFor } from '../../openapi/model.ts';
import { contentFor, malformedViolation, NO_VIOLATIONS, schemaViolations } from './body-violations.ts';
import { valueViolations } from './parameter-violations.ts';
import type { PrismViolation } from './violation.ts';

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
    const { code, at, message } = finding;
    switch (code) {
      case 'response-media-type': {
        const types = declared.contents.map(({ mediaType }) => mediaType).join(', ');
        const received = `The received media type "${header(response.headers, 'content-type')}"`;
        const text = `${received} does not match the one specified in the current response: ${types}`;
        return [{ severity: 'Error', message: text }];
      }
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
        return [{ path: ['header'], severity: 'Error', code: 'required', message: missingHeader(at) }];
      case 'response-header-malformed':
      case 'response-header-schema': {
        const [, , name = '', ...inner] = splitPointer(at);
        const path = ['header', name.toLowerCase(), ...inner];
        if (code === 'response-header-malformed') return [{ path, severity: 'Error', code: 'type', message }];
        return valueViolations(operation.api, 'Response', path, finding, undefined);
      }
      default:
        return [];
    }
  });
}

function missingHeader(at: string): string {
  return `Response header must have required property '${splitPointer(at)[2]?.toLowerCase()}'`;
}
