// One serve event of a WireMock journal, as GET /__admin/requests lists them.
import { Buffer } from 'node:buffer';
import { type Body, EMPTY_BODY, type Headers } from '../exchange/exchange.ts';
import type { TextBody } from '../exchange/text-body.ts';
import { fromMembers } from './fields.ts';
import { fromBase64, fromText } from './held.ts';
import { count, isObject, type Members, moment, string } from './members.ts';
import type { Told } from './told.ts';

/** @returns what the event tells, or one sentence why it cannot be read */
export function readServeEvent(event: Members): Told | string {
  const { request, timing } = event;
  if (!isObject(request)) return 'it has no "request" object';
  if (typeof request.method !== 'string') return 'its request has no "method"';
  const headers = fromMembers(request.headers);
  if (headers === undefined) return 'its request has no object of "headers"';
  const url = string(request.absoluteUrl) ?? relativeTo(headers, request.url);
  if (url === undefined) return 'its request has no "url"';
  // What was served, where the journal keeps it; else what the stub defined.
  const served = isObject(event.response) ? event.response : undefined;
  const response = served ?? event.responseDefinition;
  if (!isObject(response)) return 'it has neither a "response" nor a "responseDefinition" object';
  const answered = fromMembers(response.headers);
  if (answered === undefined) return 'its response has no object of "headers"';
  const broke = string(response.fault) !== undefined;
  return {
    id: string(event.id),
    startedAt: moment(request.loggedDate ?? request.loggedDateString),
    duration: (isObject(timing) ? count(timing.serveTime ?? timing.totalTime) : undefined) ?? 0,
    method: request.method,
    url,
    requestHeaders: headers,
    status: broke ? 0 : (count(response.status) ?? 200),
    request: () => ({ headers, body: bodyOf(request, headers) }),
    response: () => ({
      headers: answered,
      body: served === undefined ? definedBody(response, answered) : bodyOf(response, answered),
    }),
  };
}

function relativeTo(headers: Headers, url: unknown): string | undefined {
  if (typeof url !== 'string') return undefined;
  return url.startsWith('/') ? `http://${headers.host?.[0] ?? 'localhost'}${url}` : url;
}

/** The bytes are the better witness: the text beside them was decoded by a guess. */
function bodyOf(holder: Members, headers: Headers): Body | TextBody {
  if (typeof holder.bodyAsBase64 === 'string') return fromBase64(holder.bodyAsBase64, headers);
  return typeof holder.body === 'string' ? fromText(holder.body, headers) : EMPTY_BODY;
}

function definedBody(definition: Members, headers: Headers): Body | TextBody {
  const { body, jsonBody, base64Body } = definition;
  if (Array.isArray(definition.transformers) && definition.transformers.length > 0) {
    return { notRecorded: 'the journal holds the template of the body, not the body' };
  }
  if (typeof body === 'string') return fromText(body, headers);
  if (jsonBody !== undefined) return Buffer.from(JSON.stringify(jsonBody));
  if (typeof base64Body === 'string') return fromBase64(base64Body, headers);
  if (definition.bodyFileName !== undefined || definition.proxyBaseUrl !== undefined) {
    return { notRecorded: 'the body came from a file or another server that the journal does not hold' };
  }
  return EMPTY_BODY;
}
