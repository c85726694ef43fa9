// Adapts recorded Set-Cookie fields to a mock: same names and attributes, placeholder values, no other domain.

import { header, type Response } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { cookieForHost } from '../exchange/set-cookie.ts';
import type { ApiSpec } from '../openapi/model.ts';
import { sampleRequest, sampleValue } from '../openapi/sample-request.ts';
import { validateRequest } from '../validate/request.ts';

/**
 * The Set-Cookie fields of a reply, one for each cookie. A client sends these cookies to the mock, at any port and path.
 * @param response with placeholders of the values
 * @param startedAt of the exchange, in milliseconds since the Unix epoch; 0: unknown
 */
export function replyCookies(api: ApiSpec, response: Response, startedAt: number): string[] {
  const sentAt = Date.parse(header(response.headers, 'date') ?? '') || startedAt;
  return (response.headers['set-cookie'] ?? []).map(field => {
    // The URLs of the mock begin with the name of the API.
    const [pair = '', ...attributes] = cookieForHost(field, false, () => '/').split('; ');
    const [name = '', ...value] = pair.split('=');
    const hasMaxAge = attributes.some(attribute => /^max-age\s*=/i.test(attribute));
    return [
      value.length === 0 ? pair : `${name}=${acceptedValue(api, name, value.join('='))}`,
      ...attributes.flatMap(attribute => {
        const expires = /^expires\s*=(.*)/i.exec(attribute)?.[1];
        if (expires === undefined) return attribute;
        return hasMaxAge ? [] : relativeExpiry(expires, sentAt);
      }),
    ].join('; ');
  });
}

/** A recorded date would soon be in the past, and delete the cookie. So it becomes a duration, 0 if it was past then. */
function relativeExpiry(value: string, sentAt: number): string | readonly string[] {
  const expires = Date.parse(value);
  if (Number.isNaN(expires)) return [];
  if (sentAt === 0) return expires < Date.UTC(2000) ? 'Max-Age=0' : [];
  const seconds = Math.max(0, Math.round((expires - sentAt) / 1000));
  // Without seconds that depend on the duration of the exchange.
  return `Max-Age=${seconds < 600 ? seconds : Math.round(seconds / 60) * 60}`;
}

/** The placeholder, or the document's own value for the cookie if it declares one that the placeholder is not. */
function acceptedValue(api: ApiSpec, name: string, placeholder: string): string {
  for (const operation of api.operations) {
    const parameter = operation.parameters.find(each => each.in === 'cookie' && each.name === name);
    if (parameter === undefined || placeholder === '') continue;
    const sample = sampleRequest(operation, '');
    const request = { ...sample, headers: { ...sample.headers, cookie: [`${name}=${placeholder}`] } };
    const isRejected = validateRequest({ kind: 'operation', operation, pathValues: {} }, request).some(
      ({ at, code }) => at === `/request/cookies${jsonPointer(name)}` && code.startsWith('parameter-'),
    );
    if (isRejected) return encodeURIComponent(sampleValue(api, parameter).toWellFormed());
  }
  return placeholder;
}
