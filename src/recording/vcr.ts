// Reads VCR cassettes (also vcrpy, Betamax, go-vcr, PHP-VCR, ExVCR): YAML or JSON lists of interactions.
import { Buffer } from 'node:buffer';
import { parseDocument } from 'yaml';
import { type Body, EMPTY_BODY, type Headers } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { mediaTypeOf } from '../exchange/media-type.ts';
import type { TextBody } from '../exchange/text-body.ts';
import { writeUrlencoded } from './form-body.ts';
import { ANY_FIELD, hasNoFields, headersFromObject } from './header-fields.ts';
import { countOf, stringOf, timestampOf } from './json-values.ts';
import type { MessageContent, ParsedEntry } from './parsed-entry.ts';
import { bodyFromBase64, bodyFromText } from './stored-body.ts';

/** Binary data in YAML: the standard tag, and the tag of Ruby's writer. */
const BINARY_TAGS = ['tag:yaml.org,2002:binary', '!binary'].map(tag => ({
  tag,
  resolve: (text: string) => ({ base64_string: text.replace(/\s+/g, '') }),
}));

/** @returns the interactions of a YAML cassette, or the rest of an error message that begins with the file name */
export function splitCassette(text: string): readonly unknown[] | string {
  const document = parseDocument(text, {
    prettyErrors: false,
    logLevel: 'silent',
    customTags: BINARY_TAGS,
    // The parser would compare each key of a map with all others. The last one counts, as in Ruby.
    uniqueKeys: false,
  });
  if (document.errors.length > 0) return 'looks like a VCR cassette, but is not valid YAML';
  let value: unknown;
  try {
    // maxAliasCount guards against "billion laughs".
    value = document.toJS({ maxAliasCount: 1000 });
  } catch {
    return 'looks like a VCR cassette, but its aliases cannot be resolved';
  }
  const list = isObject(value) ? (value.http_interactions ?? value.interactions) : value;
  return Array.isArray(list) ? list : 'looks like a VCR cassette, but has no list of interactions';
}

/** @returns the entry, or one sentence that says why it cannot be read */
export function readInteraction(interaction: JsonObject): ParsedEntry | string {
  const { request, response } = interaction;
  if (!isObject(request)) return 'it has no "request" object';
  if (typeof request.method !== 'string') return 'its request has no "method"';
  const url = stringOf(request.uri) ?? stringOf(request.url);
  if (url === undefined) return 'its request has no "uri"';
  const headers = headersFromObject(request.headers);
  if (headers === undefined) return 'its request has no object of "headers"';
  const sent = {
    startedAt: timestampOf(interaction.recorded_at),
    duration: 0,
    method: request.method,
    url,
    requestHeaders: headers,
  };
  // Schemathesis writes a request without an answer with null, ExVCR as an error.
  if (response === null || (isObject(response) && response.type === 'error')) {
    const none = (): MessageContent => ({ headers: {}, body: { notRecorded: 'there was no response' } });
    return { ...sent, status: undefined, request: none, response: none };
  }
  if (!isObject(response)) return 'it has no "response" object';
  const responseHeaders = headersFromObject(response.headers);
  if (responseHeaders === undefined) return 'its response has no object of "headers"';
  const { status } = response;
  const code = countOf(isObject(status) ? status.code : (response.code ?? response.status_code ?? status));
  if (code === undefined) return 'its response has no status code';
  // Users keep a secret out of a cassette by leaving out its field. With a 401, the field was probably not sent.
  const withheld = code === 401 ? undefined : ANY_FIELD;
  return {
    ...sent,
    status: code,
    request: () => ({
      headers,
      ...(withheld !== undefined && { withheld }),
      body: readSentBody(request, headers),
    }),
    response: () => ({
      headers: responseHeaders,
      ...(hasNoFields(responseHeaders)
        ? { withheld: ANY_FIELD }
        : responseHeaders['set-cookie'] === undefined && { withheld: SESSION_FIELDS }),
      body: readCassetteBody(response.body, responseHeaders),
    }),
  };
}

/** Fields that users take out of the responses of a cassette. */
const SESSION_FIELDS = ['set-cookie'];

/** go-vcr and PHP-VCR may list the fields of a form in place of the body. */
function readSentBody(request: JsonObject, headers: Headers): Body | TextBody {
  const body = readCassetteBody(request.body, headers);
  const listed = request.form ?? request.post_fields;
  if (!(body instanceof Uint8Array) || body.length > 0 || !isObject(listed)) return body;
  const fields = Object.entries(listed).flatMap(([name, value]) =>
    [value].flat().map(each => ({ name, value: stringOf(each) ?? JSON.stringify(each) })),
  );
  if (fields.length === 0) return body;
  return mediaTypeOf(headers)?.essence === 'application/x-www-form-urlencoded'
    ? writeUrlencoded(fields)
    : { notRecorded: 'the cassette contains the fields of the form, but not how they were sent' };
}

/** The libraries store a body as text, as nothing, or as an object that contains one of these. */
function readCassetteBody(body: unknown, headers: Headers): Body | TextBody {
  if (body === undefined || body === null || body === '') return EMPTY_BODY;
  if (typeof body === 'string') return bodyFromText(body, headers);
  if (!isObject(body)) return { notRecorded: 'the cassette stores the body in an unknown form' };
  if (typeof body.base64_string === 'string') return bodyFromBase64(body.base64_string, headers);
  if ('string' in body) return readCassetteBody(body.string, headers);
  // Some serializers store JSON bodies parsed, for readability.
  if (body.parsed_body !== undefined) return Buffer.from(JSON.stringify(body.parsed_body));
  return Object.keys(body).every(name => name === 'encoding')
    ? EMPTY_BODY
    : { notRecorded: 'the cassette stores the body in an unknown form' };
}
