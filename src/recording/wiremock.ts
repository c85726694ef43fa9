// Reads one serve event of a WireMock journal, as listed by GET /__admin/requests.
import { Buffer } from 'node:buffer';
import { type Body, EMPTY_BODY, type Headers } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import type { TextBody } from '../exchange/text-body.ts';
import { ANY_FIELD, hasNoFields, headersFromObject } from './header-fields.ts';
import { countOf, stringOf, timestampOf } from './json-values.ts';
import type { ParsedEntry } from './parsed-entry.ts';
import { bodyFromBase64, bodyFromText } from './stored-body.ts';

/** @returns the entry, or one sentence that says why it cannot be read */
export function readServeEvent(event: JsonObject): ParsedEntry | string {
  const { request, timing } = event;
  if (!isObject(request)) return 'it has no "request" object';
  if (typeof request.method !== 'string') return 'its request has no "method"';
  const headers = headersFromObject(request.headers);
  if (headers === undefined) return 'its request has no object of "headers"';
  const url = stringOf(request.absoluteUrl) ?? absoluteUrl(headers, request.url);
  if (url === undefined) return 'its request has no "url"';
  // The served response if the journal contains it, else the definition in the stub.
  const served = isObject(event.response) ? event.response : undefined;
  const response = served ?? event.responseDefinition;
  if (!isObject(response)) return 'it has neither a "response" nor a "responseDefinition" object';
  const responseHeaders = headersFromObject(response.headers);
  if (responseHeaders === undefined) return 'its response has no object of "headers"';
  const hasFault = stringOf(response.fault) !== undefined;
  return {
    id: stringOf(event.id),
    startedAt: timestampOf(request.loggedDate ?? request.loggedDateString),
    duration: (isObject(timing) ? countOf(timing.serveTime ?? timing.totalTime) : undefined) ?? 0,
    method: request.method,
    url,
    requestHeaders: headers,
    // No stub matches: the response is an error of WireMock, not of the API.
    ...(event.wasMatched === false && { nonExchangeReason: 'mock-error' as const }),
    status: hasFault ? 0 : (countOf(response.status) ?? 200),
    request: () => ({ headers, body: readWireMockBody(request, headers) }),
    response: () => ({
      headers: responseHeaders,
      // The journal does not contain the fields that another server sent.
      ...((hasNoFields(responseHeaders) || (served === undefined && response.proxyBaseUrl !== undefined)) && {
        withheld: ANY_FIELD,
      }),
      body:
        served === undefined
          ? readDefinedBody(response, responseHeaders)
          : readWireMockBody(response, responseHeaders),
    }),
  };
}

function absoluteUrl(headers: Headers, url: unknown): string | undefined {
  if (typeof url !== 'string') return undefined;
  return url.startsWith('/') ? `http://${headers.host?.[0] ?? 'localhost'}${url}` : url;
}

/** Prefers the bytes: WireMock guesses the charset when it decodes the text. */
function readWireMockBody(message: JsonObject, headers: Headers): Body | TextBody {
  if (typeof message.bodyAsBase64 === 'string') return bodyFromBase64(message.bodyAsBase64, headers);
  return typeof message.body === 'string' ? bodyFromText(message.body, headers) : EMPTY_BODY;
}

function readDefinedBody(definition: JsonObject, headers: Headers): Body | TextBody {
  const { body, jsonBody, base64Body } = definition;
  if (Array.isArray(definition.transformers) && definition.transformers.length > 0) {
    return { notRecorded: 'the journal contains the template of the body, not the body' };
  }
  if (typeof body === 'string') return bodyFromText(body, headers);
  if (jsonBody !== undefined) return Buffer.from(JSON.stringify(jsonBody));
  if (typeof base64Body === 'string') return bodyFromBase64(base64Body, headers);
  if (definition.bodyFileName !== undefined || definition.proxyBaseUrl !== undefined) {
    return { notRecorded: 'the body came from a file or another server and is not in the journal' };
  }
  return EMPTY_BODY;
}
