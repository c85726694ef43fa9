// Reads the response of a WireMock stub: status, headers, body, templates, delays and faults.
import { Buffer } from 'node:buffer';
import { isObject, type JsonObject, ownMember, textOfValue } from '../../exchange/json.ts';
import type { Fault } from '../../scenario/fault.ts';
import type { DeliverySpec } from '../../scenario/scenario.ts';
import { escapeTemplates } from '../../scenario/template.ts';
import { type ImportInput, numberOfMember, utf8Text } from '../import-input.ts';
import type { LossList } from '../loss-list.ts';
import type { ImportedReply, ImportedRule, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import type { PathPattern } from '../path-pattern.ts';
import { writeTemplate } from '../write-template.ts';
import { wireMockDialect } from './templates.ts';

const FAULTS: Readonly<Record<string, readonly [Fault, string | undefined]>> = {
  CONNECTION_RESET_BY_PEER: ['reset', undefined],
  EMPTY_RESPONSE: ['empty', undefined],
  RANDOM_DATA_THEN_CLOSE: ['garbage', undefined],
  MALFORMED_RESPONSE_CHUNK: [
    'truncate',
    'the body ends below its Content-Length instead of in a broken chunk',
  ],
};

/** Members that replies do not have, with the remedy. */
const WITHOUT_COUNTERPART: Readonly<Record<string, string>> = {
  statusMessage: 'none is needed: clients of HTTP ignore the reason phrase',
  additionalProxyRequestHeaders: 'let the client send the header fields',
  removeProxyRequestHeaders: 'let the client omit the header fields',
  proxyUrlPrefixToRemove: 'name the base path in --upstream',
};

/** @throws NotCarriedOver when there is no such reply */
export function readStubResponse(
  response: JsonObject,
  path: PathPattern,
  place: ImportPlace,
  input: ImportInput,
  losses: LossList,
): ImportedRule['reply'] {
  for (const [name, remedy] of Object.entries(WITHOUT_COUNTERPART))
    if (response[name] !== undefined)
      losses.add(place, `/response/${name}`, name, 'replies have no such setting', remedy);
  if (typeof response.proxyBaseUrl === 'string') {
    losses.add(
      place,
      '/response/proxyBaseUrl',
      'proxyBaseUrl',
      'the address of a real service belongs to the command, not to a scenario',
      'start the server with the --upstream that this command prints',
    );
    return { upstream: response.proxyBaseUrl };
  }
  const status = numberOfMember(response.status) ?? 200;
  if (!(Number.isInteger(status) && status >= 200 && status <= 599))
    throw new NotCarriedOver(
      'status',
      `a reply has a status from 200 to 599, not ${status}`,
      'use another status',
      '/response/status',
    );
  const isTemplated =
    Array.isArray(response.transformers) && response.transformers.includes('response-template');
  for (const name of Array.isArray(response.transformers) ? response.transformers : [])
    if (name !== 'response-template')
      losses.add(
        place,
        '/response/transformers',
        `transformer ${textOfValue(name)}`,
        'it is code of an extension',
        'write the reply by hand, see docs/scenarios.md',
      );
  const names = path.segments.map(segment => ('name' in segment ? segment.name : undefined));
  const noted = new Set<string>();
  const dialect = wireMockDialect(names, response.transformerParameters, (construct, reason) => {
    if (noted.has(construct)) return;
    noted.add(construct);
    losses.add(place, '/response', construct, reason, 'compare the reply, and correct the template');
  });
  const render = (text: string, at: string): string => {
    if (!isTemplated) {
      if (text.includes('{{'))
        losses.add(
          place,
          at,
          '{{ without response-template',
          'the text is sent as it is, as WireMock does without --global-response-templating',
          'add "transformers": ["response-template"] if it is a template, and import again',
        );
      return escapeTemplates(text);
    }
    return writeTemplate(text, dialect, losses, place, at);
  };
  const body = readBody(response, input, isTemplated, render);
  const headers = readHeaders(response.headers, render);
  const length = body.text?.length ?? body.bytes?.length ?? 0;
  const deliver = readDelivery(response, length, place, losses);
  const hasType = Object.keys(headers).some(name => name.toLowerCase() === 'content-type');
  const reply: ImportedReply = {
    status,
    // WireMock adds no Content-Type.
    headers: hasType ? headers : { ...headers, 'Content-Type': null },
    ...body,
    deliver,
  };
  return [reply];
}

function readHeaders(
  value: unknown,
  render: (text: string, at: string) => string,
): Record<string, string | string[]> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      Array.isArray(field)
        ? field.map(each => render(textOfValue(each), '/response/headers'))
        : render(textOfValue(field), '/response/headers'),
    ]),
  );
}

function readBody(
  response: JsonObject,
  { readBody: readFile }: ImportInput,
  isTemplated: boolean,
  render: (text: string, at: string) => string,
): Pick<ImportedReply, 'text' | 'bytes' | 'fileName'> {
  const { body, jsonBody, base64Body, bodyFileName } = response;
  if (typeof body === 'string') return { text: render(body, '/response/body') };
  if (jsonBody !== undefined) return { text: render(JSON.stringify(jsonBody), '/response/jsonBody') };
  if (typeof base64Body === 'string') {
    const bytes = Buffer.from(base64Body, 'base64');
    const text = utf8Text(bytes);
    return text === undefined ? { bytes } : { text: render(text, '/response/base64Body') };
  }
  if (typeof bodyFileName !== 'string') return {};
  const bytes = readFile(`__files/${bodyFileName}`);
  if (typeof bytes === 'string')
    throw new NotCarriedOver(
      'bodyFileName',
      bytes,
      'import the folder that has "mappings" and "__files"',
      '/response/bodyFileName',
    );
  const text = isTemplated ? utf8Text(bytes) : undefined;
  return text === undefined
    ? { bytes, fileName: bodyFileName }
    : { text: render(text, '/response/bodyFileName') };
}

function readDelivery(
  response: JsonObject,
  length: number,
  place: ImportPlace,
  losses: LossList,
): DeliverySpec {
  const { fault, chunkedDribbleDelay: dribble } = response;
  const delay = readDelay(response, place, losses);
  const [kind, change] = ownMember(FAULTS, textOfValue(fault)) ?? [];
  if (fault !== undefined && kind === undefined)
    losses.add(
      place,
      '/response/fault',
      `fault ${textOfValue(fault)}`,
      'it is unknown',
      'use "deliver: { fault }"',
    );
  if (change !== undefined)
    losses.add(place, '/response/fault', `fault ${textOfValue(fault)}`, change, 'none is needed');
  let drip: number | undefined;
  if (isObject(dribble)) {
    const total = numberOfMember(dribble.totalDuration) ?? 0;
    if (total > 0 && length > 0) drip = Math.max(1, Math.round((length * 1000) / total));
    losses.add(
      place,
      '/response/chunkedDribbleDelay',
      'chunkedDribbleDelay',
      'the body is sent at a steady rate, in other chunks',
      'correct "drip", the bytes per second, if the body has templates',
    );
  }
  return {
    ...(delay !== undefined && { delay }),
    ...(drip !== undefined && { drip }),
    ...(kind !== undefined && { fault: kind }),
  };
}

function readDelay(response: JsonObject, place: ImportPlace, losses: LossList): DeliverySpec['delay'] {
  const { delayDistribution: distribution } = response;
  const fixed = numberOfMember(response.fixedDelayMilliseconds);
  if (!isObject(distribution)) return fixed === undefined || fixed <= 0 ? undefined : fixed;
  const number = (name: string): number => Math.max(0, numberOfMember(distribution[name]) ?? 0);
  if (fixed !== undefined)
    losses.add(
      place,
      '/response/fixedDelayMilliseconds',
      'fixedDelayMilliseconds',
      'a reply has one delay, and "delayDistribution" is set, too',
      'add the fixed delay to the distribution',
    );
  switch (distribution.type) {
    case 'uniform':
      return { min: number('lower'), max: number('upper') };
    case 'lognormal':
      if (distribution.maxValue !== undefined)
        losses.add(
          place,
          '/response/delayDistribution/maxValue',
          'delayDistribution.maxValue',
          'a log-normal delay has no maximum',
          'use { min, max }',
        );
      return {
        p50: number('median'),
        p99: Math.round(number('median') * Math.exp(2.3263 * number('sigma'))),
      };
    case 'fixed':
      return number('milliseconds');
    default:
      losses.add(
        place,
        '/response/delayDistribution',
        `delayDistribution ${textOfValue(distribution.type)}`,
        'the distribution is unknown',
        'use a delay, { min, max } or { p50, p99 }',
      );
      return undefined;
  }
}
