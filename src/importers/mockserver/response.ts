// Reads the response of an expectation of MockServer: status, fields, body, delay, and errors of the connection.
import { Buffer } from 'node:buffer';
import { isObject, type JsonObject, ownMember, textOfValue } from '../../exchange/json.ts';
import { stringOf } from '../../recording/json-values.ts';
import type { DeliverySpec } from '../../scenario/scenario.ts';
import { escapeTemplates } from '../../scenario/template.ts';
import { type ImportInput, numberOfMember, utf8Text } from '../import-input.ts';
import type { LossList } from '../loss-list.ts';
import type { ImportedReply, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import type { PathPattern } from '../path-pattern.ts';
import { writeTemplate } from '../write-template.ts';
import { namedValues } from './matchers.ts';
import { mustacheDialect } from './templates.ts';

export interface ResponseSource {
  readonly place: ImportPlace;
  readonly path: PathPattern;
  readonly input: ImportInput;
  readonly losses: LossList;
}

/** Members that replies do not have, with the remedy. */
const WITHOUT_COUNTERPART: Readonly<Record<string, string>> = {
  reasonPhrase: 'none is needed: clients of HTTP ignore the reason phrase',
  connectionOptions: 'use "deliver: { fault }", see docs/scenarios.md',
  trailers: 'send the fields as headers',
};

type Render = (text: string) => string;

/** @throws NotCarriedOver when there is no such reply */
export function readResponse(
  response: JsonObject,
  source: ResponseSource,
  at: string,
  render: Render = escapeTemplates,
): ImportedReply {
  const { place, losses, input } = source;
  const status = numberOfMember(response.statusCode) ?? 200;
  if (!(Number.isInteger(status) && status >= 200 && status <= 599))
    throw new NotCarriedOver(
      'statusCode',
      `a reply has a status from 200 to 599, not ${status}`,
      'use another status',
      `${at}/statusCode`,
    );
  for (const [name, remedy] of Object.entries(WITHOUT_COUNTERPART))
    if (response[name] !== undefined)
      losses.add(place, `${at}/${name}`, name, 'replies have no such setting', remedy);
  const fields = namedValues(response.headers).map(([name, values]): [string, string | string[]] => {
    const texts = values.map(value => render(textOfValue(value)));
    return [name, texts.length === 1 ? (texts[0] ?? '') : texts];
  });
  const cookies = namedValues(response.cookies).map(([name, values]) =>
    render(`${name}=${textOfValue(values[0] ?? '')}`),
  );
  if (cookies.length > 0) fields.push(['Set-Cookie', cookies.length === 1 ? (cookies[0] ?? '') : cookies]);
  const body = readBody(response.body, input, render, `${at}/body`);
  const hasType = fields.some(([name]) => name.toLowerCase() === 'content-type');
  const delay = readDelay(response.delay, source, `${at}/delay`);
  return {
    status,
    headers: Object.fromEntries(hasType ? fields : [...fields, ['Content-Type', body.contentType ?? null]]),
    ...(body.text !== undefined && { text: body.text }),
    ...(body.bytes !== undefined && { bytes: body.bytes }),
    ...(body.fileName !== undefined && { fileName: body.fileName }),
    ...(delay !== undefined && { deliver: { delay } }),
  };
}

interface ReadBody extends Pick<ImportedReply, 'text' | 'bytes' | 'fileName'> {
  readonly contentType?: string | undefined;
}

function readBody(body: unknown, { readBody: readFile }: ImportInput, render: Render, at: string): ReadBody {
  if (body === undefined || body === null) return {};
  if (typeof body === 'string') return { text: render(body) };
  if (!isObject(body) || !isTyped(body))
    return { text: render(JSON.stringify(body)), contentType: 'application/json' };
  const type = stringOf(body.type)?.toUpperCase() ?? '';
  const contentType = stringOf(body.contentType);
  const text = stringOf(body.string) ?? stringOf(body.xml);
  if (text !== undefined)
    return {
      text: render(text),
      contentType: contentType ?? (body.xml === undefined ? undefined : 'application/xml'),
    };
  if (body.json !== undefined) {
    const json = typeof body.json === 'string' ? body.json : JSON.stringify(body.json);
    return { text: render(json), contentType: contentType ?? 'application/json' };
  }
  if (typeof body.base64Bytes === 'string') {
    const bytes = Buffer.from(body.base64Bytes, 'base64');
    const decoded = utf8Text(bytes);
    return { ...(decoded === undefined ? { bytes } : { text: render(decoded) }), contentType };
  }
  if (type === 'FILE' && typeof body.filePath === 'string') {
    const bytes = readFile(body.filePath);
    if (typeof bytes === 'string')
      throw new NotCarriedOver('filePath', bytes, 'move the file beside the expectations', at);
    return { bytes, fileName: body.filePath, contentType };
  }
  throw new NotCarriedOver(
    `body ${type || (Object.keys(body)[0] ?? '')}`,
    'replies have no such body',
    'write the body as text or JSON',
    at,
  );
}

function isTyped(body: JsonObject): boolean {
  return (
    typeof body.type === 'string' &&
    ['string', 'xml', 'json', 'base64Bytes', 'filePath'].some(name => body[name] !== undefined)
  );
}

const UNITS: Readonly<Record<string, number>> = {
  NANOSECONDS: 1e-6,
  MICROSECONDS: 1e-3,
  MILLISECONDS: 1,
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
};

/** In milliseconds. */
function readDelay(
  delay: unknown,
  { place, losses }: ResponseSource,
  at: string,
): DeliverySpec['delay'] | undefined {
  if (!isObject(delay)) return undefined;
  const unit = ownMember(UNITS, textOfValue(delay.timeUnit ?? 'MILLISECONDS')) ?? 1;
  if (isObject(delay.distribution)) {
    const { type, ...numbers } = delay.distribution;
    const number = (name: string): number => Math.max(0, (numberOfMember(numbers[name]) ?? 0) * unit);
    if (type === 'UNIFORM') return { min: number('min'), max: number('max') };
    if (type === 'LOG_NORMAL') return { p50: number('median'), p99: number('p99') };
    losses.add(
      place,
      `${at}/distribution`,
      `distribution ${textOfValue(type)}`,
      'a delay has no such distribution; its value is kept',
      'use { min, max } or { p50, p99 }',
    );
  }
  const milliseconds = (numberOfMember(delay.value) ?? 0) * unit;
  return milliseconds > 0 ? milliseconds : undefined;
}

/** A broken connection in place of a response. */
export function readError(error: JsonObject, source: ResponseSource): ImportedReply {
  const { place, losses } = source;
  const delay = readDelay(error.delay, source, '/httpError/delay');
  if (error.streamError !== undefined)
    losses.add(
      place,
      '/httpError/streamError',
      'streamError',
      'HTTP/1.1 has no streams; the connection is closed without a response',
      'none is needed, if the client only has to fail',
    );
  const sendsBytes = typeof error.responseBytes === 'string';
  if (sendsBytes)
    losses.add(
      place,
      '/httpError/responseBytes',
      'responseBytes',
      'other bytes that are not HTTP are sent',
      'none is needed, if the client only has to fail',
    );
  const deliver: DeliverySpec = {
    fault: sendsBytes ? 'garbage' : 'empty',
    ...(delay !== undefined && { delay }),
  };
  return { status: 200, headers: { 'Content-Type': null }, deliver };
}

function templateFileText(file: unknown, { input }: ResponseSource): string | undefined {
  const bytes = typeof file === 'string' ? input.readBody(file) : undefined;
  if (typeof bytes !== 'string') return bytes && utf8Text(bytes);
  throw new NotCarriedOver(
    'templateFile',
    bytes,
    'move the file beside the expectations',
    '/httpResponseTemplate/templateFile',
  );
}

/** A template of Mustache, which is the JSON of a response. */
export function readTemplate(template: JsonObject, source: ResponseSource): ImportedReply {
  const { place, losses, path } = source;
  const at = '/httpResponseTemplate';
  if (template.templateType !== 'MUSTACHE')
    throw new NotCarriedOver(
      `template ${textOfValue(template.templateType)}`,
      'it is code, and code of others is never run',
      'write the reply by hand, see docs/scenarios.md#templates',
      `${at}/templateType`,
    );
  let response: unknown;
  const { template: text = templateFileText(template.templateFile, source) } = template;
  try {
    response = JSON.parse(String(text));
  } catch {
    throw new NotCarriedOver(
      'template MUSTACHE',
      'it is the JSON of a response only after it is rendered',
      'write the templates inside of texts',
      `${at}/template`,
    );
  }
  if (!isObject(response))
    throw new NotCarriedOver('template MUSTACHE', 'it is no object', 'write a response', `${at}/template`);
  const names = path.segments.map(segment => ('name' in segment ? segment.name : undefined));
  const reply = readResponse(response, source, '/httpResponseTemplate', text => {
    return writeTemplate(text, mustacheDialect(names), losses, place, `${at}/template`);
  });
  const delay = readDelay(template.delay, source, `${at}/delay`);
  return delay === undefined ? reply : { ...reply, deliver: { ...reply.deliver, delay } };
}
