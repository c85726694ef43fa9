// One line of our own recordings: a journal entry as the control API shows it.

import { Buffer } from 'node:buffer';
import { type Body, EMPTY_BODY } from '../exchange/exchange.ts';
import { fromMembers } from './fields.ts';
import { readHarEntry } from './har-entry.ts';
import { readBase64 } from './held.ts';
import { count, isObject, type Members, moment, string } from './members.ts';
import type { Told } from './told.ts';

/** @returns what the line tells, or one sentence why it cannot be read */
export function readLine(entry: Members): Told | string {
  const { request, response } = entry;
  if (!isObject(request)) return 'it has no "request" object';
  // Some tools write HAR entries one a line.
  if ('startedDateTime' in entry || typeof request.url === 'string')
    return readHarEntry(entry, undefined, undefined);
  const { method, path } = request;
  if (typeof method !== 'string') return 'its request has no "method"';
  if (typeof path !== 'string' || !path.startsWith('/'))
    return 'its request has no "path" that begins with "/"';
  const headers = fromMembers(request.headers);
  if (headers === undefined) return 'its request has no object of "headers"';
  const query = string(request.query) ?? '';
  // A journal does not keep the scheme: the mock is asked over plain HTTP unless the entry says otherwise.
  const origin = string(entry.origin) ?? `http://${headers.host?.[0] ?? 'localhost'}`;
  const told = {
    id: string(entry.id),
    startedAt: moment(entry.startedAt),
    duration: count(entry.milliseconds) ?? 0,
    method,
    url: `${origin}${path}${query === '' ? '' : `?${query}`}`,
    requestHeaders: headers,
    request: () => ({ headers, body: readBody(request.body) }),
  };
  if (response === undefined || response === null) {
    return { ...told, status: undefined, response: () => ({ headers: {}, body: readBody(undefined) }) };
  }
  if (!isObject(response)) return 'its "response" is no object';
  const { status } = response;
  if (typeof status !== 'number') return 'its response has no "status" number';
  const answered = fromMembers(response.headers);
  if (answered === undefined) return 'its response has no object of "headers"';
  return { ...told, status, response: () => ({ headers: answered, body: readBody(response.body) }) };
}

/** Bodies were written with their content codings off. */
function readBody(body: unknown): Body {
  if (!isObject(body)) return { notRecorded: 'the recording left the body out' };
  if (typeof body.text === 'string') return body.text === '' ? EMPTY_BODY : Buffer.from(body.text, 'utf8');
  if (typeof body.base64 === 'string') {
    return readBase64(body.base64) ?? { notRecorded: 'the recording says base64, and it is not' };
  }
  return { notRecorded: string(body.notRecorded) ?? 'the recording left the body out' };
}
