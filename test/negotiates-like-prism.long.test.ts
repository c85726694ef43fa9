// Compares the mock with Prism: it selects the same response for every Accept and Prefer, except for listed differences.
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Request } from '../src/exchange/exchange.ts';
import { closestMediaType, isJson, parseMediaType } from '../src/exchange/media-type.ts';
import { type Operation, type ResponseSpec, responseFor } from '../src/openapi/model.ts';
import { sampleRequest } from '../src/openapi/sample-request.ts';
import { createMatcher } from '../src/routing/match.ts';
import { type MockServer, startServer } from '../src/start.ts';
import { loadPrism, type PrismResult, prismResponse } from './prism/prism-alone.ts';
import { amount, isLong, oneOf } from './suite.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

interface MockResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly type: string | undefined;
  /** The x-deadringer-error header; empty for a response of the API. */
  readonly error: string;
  readonly body: string;
}

/** One request and the responses of both mocks. */
interface Comparison {
  readonly operation: Operation;
  readonly accept: string | undefined;
  readonly code: number | undefined;
  readonly example: string | undefined;
  readonly ours: MockResponse;
  readonly prism: PrismResult;
}

const selectedResponse = ({ operation, code }: Comparison): ResponseSpec | undefined =>
  code === undefined ? operation.successResponse : responseFor(operation, code);

const declaresExample = (comparison: Comparison): boolean =>
  selectedResponse(comparison)?.contents.some(({ examples }) =>
    examples.some(({ name }) => name === comparison.example),
  ) === true;

/** RFC 9110, 12.5.1, without parameters. A second implementation, because src is under test. */
function accepts(accept: string, type: string): boolean {
  const [kind, subtype] = type.split(';')[0]?.split('/') ?? [];
  let best = { weight: -1, quality: 0 };
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map(piece => piece.trim().toLowerCase());
    const weight = ['*/*', `${kind}/*`, `${kind}/${subtype}`].indexOf(name);
    const quality = Number(parameters.find(each => each.startsWith('q='))?.slice(2) ?? 1);
    if (weight > best.weight) best = { weight, quality };
  }
  return best.weight >= 0 && best.quality > 0;
}

const excludes = (accept: string | undefined, response: ResponseSpec | undefined): boolean =>
  accept !== undefined &&
  response !== undefined &&
  response.contents.length > 0 &&
  !response.contents.some(({ mediaType }) => accepts(accept, mediaType));

interface Difference {
  readonly name: string;
  readonly reason: string;
  applies(comparison: Comparison): boolean;
}

const DIFFERENCES: readonly Difference[] = [
  {
    name: 'an undeclared status is requested',
    reason: 'a mistake of the tester: we report it; Prism sends a 404 that looks like a response of the API',
    applies: comparison =>
      comparison.ours.error === 'not-declared' && selectedResponse(comparison) === undefined,
  },
  {
    name: 'an undeclared example is requested',
    reason: 'we report it; Prism sends 404, 500 or the success response',
    applies: comparison =>
      comparison.ours.error === 'not-declared' &&
      comparison.example !== undefined &&
      !declaresExample(comparison),
  },
  {
    name: 'an example of another media type is requested',
    reason:
      'we send the media type that has the example, or report it if Accept excludes that; Prism sends 404, or 500 if a status is requested, too',
    applies: comparison =>
      'problem' in comparison.prism && comparison.example !== undefined && declaresExample(comparison),
  },
  {
    name: 'Accept allows the success response, but not the requested status',
    reason: 'we report it; Prism sends the success response instead',
    applies: comparison =>
      comparison.ours.error === 'not-acceptable' &&
      'statusCode' in comparison.prism &&
      excludes(comparison.accept, selectedResponse(comparison)) &&
      !excludes(comparison.accept, comparison.operation.successResponse),
  },
  {
    name: 'Accept excludes success',
    reason:
      'an invalid request is refused whatever response it requests, as Prism does with other invalid requests',
    applies: ({ operation, accept, ours }) =>
      ours.status === 406 && excludes(accept, operation.successResponse),
  },
  {
    name: 'a media type range as a key',
    reason: 'it contains every type of the range (OpenAPI); Prism matches "*/*" only if Accept is the same',
    applies: comparison =>
      'problem' in comparison.prism &&
      selectedResponse(comparison)?.contents.some(each => /\*/.test(each.mediaType)) === true,
  },
  {
    name: 'a range as Content-Type',
    reason: '"*/*" is a key of a document, not a media type for Content-Type (RFC 9110, 8.3)',
    applies: ({ ours, prism }) =>
      ours.type === 'text/plain' && 'statusCode' in prism && prism.headers?.['Content-type'] === '*/*',
  },
  {
    name: 'a 204 that is declared with a body',
    reason: 'it has none (RFC 9110, 15.3.5), even if a range such as 2XX declares one',
    applies: ({ ours, prism }) =>
      ours.status === 204 && ours.body === '' && 'statusCode' in prism && prism.statusCode === 204,
  },
  {
    name: 'no body, no media type',
    reason: 'Content-Type describes content (RFC 9110, 8.3); Prism sends text/plain with none',
    applies: ({ ours, prism }) =>
      'statusCode' in prism &&
      prism.body === undefined &&
      ours.status === prism.statusCode &&
      ours.type === undefined,
  },
];

const ACCEPTS = [
  undefined,
  '*/*',
  'application/json',
  'application/*;q=0.5, text/html',
  'text/plain, application/json;q=0.1',
  'application/json; charset=utf-8',
  'application/vnd.acme.report+json, application/problem+json',
  'application/json;q=0, */*',
  'text/html',
];

interface ResponseSelection {
  readonly code?: number;
  readonly exampleKey?: string;
}

/** Every declared status and two undeclared ones, every named example and an undeclared one, and pairs of both. */
function selections({ responses }: Operation): ResponseSelection[] {
  const all: ResponseSelection[] = [{}, { code: 418 }, { code: 201 }, { exampleKey: 'unheard_of' }];
  for (const { status, contents } of responses) {
    const code = Number(status.replace('XX', '04').replace('default', '499'));
    const names = contents
      .flatMap(({ examples }) => examples.map(({ name }) => name))
      .filter(name => name !== '');
    all.push({ code }, { code, exampleKey: 'unheard_of' });
    for (const exampleKey of names) all.push({ exampleKey }, { code, exampleKey }, { code: 200, exampleKey });
  }
  return all;
}

/** The first difference between the two responses; undefined if they agree. */
function differenceOf(operation: Operation, ours: MockResponse, prism: PrismResult): string | undefined {
  // If Prism fails, the mock must send an error, too.
  if ('problem' in prism) return ours.error !== '' && ours.status === prism.status ? undefined : 'failure';
  if (ours.error !== '') return ours.error;
  const { 'Content-type': type, ...headers } = prism.headers ?? {};
  if (ours.status !== prism.statusCode) return 'status';
  if (ours.type !== type) return 'media type';
  for (const [name, value] of Object.entries(headers)) {
    if (value !== null && ours.headers[name.toLowerCase()] !== String(value)) return `header ${name}`;
  }
  const mediaType = type === undefined ? undefined : parseMediaType(type);
  const content =
    mediaType && closestMediaType(responseFor(operation, ours.status)?.contents ?? [], mediaType);
  // Without an example both generate a body: Prism's may be invalid.
  if (content !== undefined && content.examples.length === 0) return undefined;
  const body =
    mediaType && isJson(mediaType.essence) && prism.body !== undefined
      ? JSON.stringify(prism.body)
      : (prism.body ?? '');
  return ours.body === body ? undefined : 'body';
}

describe('the mock selects the response as Prism does', () => {
  let mock: MockServer;
  const agent = new http.Agent({ keepAlive: true });
  const occurred = new Map<string, number>();
  beforeAll(async () => {
    // Prism returns the example as it is.
    mock = await startServer({
      requestValues: false,
      specs: [path.join(ROOT, 'specs'), path.join(ROOT, 'test/fixtures/negotiation.yaml')],
    });
  });
  afterAll(async () => {
    agent.destroy();
    await mock.close();
  });

  const send = ({ method, path: target, query, headers, body }: Request): Promise<MockResponse> =>
    new Promise((resolve, reject) => {
      const fields = headers as http.OutgoingHttpHeaders;
      const sending = http.request(
        mock.url,
        { agent, method, path: `${target}?${query}`, headers: fields },
        async message => {
          const text = Buffer.concat(await message.toArray()).toString();
          const { 'content-type': type, 'x-deadringer-error': error } = message.headers;
          resolve({
            status: message.statusCode ?? 0,
            headers: message.headers,
            type,
            error: String(error ?? ''),
            body: text,
          });
        },
      );
      sending.on('error', reject).end(body);
    });

  test('for every status, example and Accept', async () => {
    const unlisted: string[] = [];
    let [agreed, listed] = [0, 0];
    const isTurn = oneOf(amount(7, 1));
    for (const api of mock.state.config.contract.apis) {
      const resources = await loadPrism(api.root.uri);
      const match = createMatcher({ apis: [api] });
      for (const operation of api.operations) {
        const valid = sampleRequest(operation, `/${api.name}`);
        const matched = match({ method: valid.method, path: valid.path, host: undefined });
        if (matched.kind !== 'operation')
          throw new Error(`${operation.id} does not match its own sample request`);
        for (const accept of ACCEPTS) {
          for (const selection of selections(operation)) {
            if (!isTurn()) continue;
            const { code, exampleKey: example } = selection;
            const prefer = [code && `code=${code}`, example && `example=${example}`]
              .filter(Boolean)
              .join(', ');
            const headers = { ...valid.headers, ...(accept !== undefined && { accept: [accept] }) };
            const prism = await prismResponse(resources, matched, { ...valid, headers }, selection);
            const ours = await send({
              ...valid,
              headers: { ...headers, ...(prefer !== '' && { prefer: [prefer] }) },
            });
            const problem = differenceOf(operation, ours, prism);
            if (problem === undefined) {
              agreed++;
              continue;
            }
            const apply = DIFFERENCES.filter(each =>
              each.applies({ operation, accept, code, example, ours, prism }),
            );
            for (const { name } of apply) occurred.set(name, (occurred.get(name) ?? 0) + 1);
            if (apply.length > 0) listed++;
            else
              unlisted.push(
                `${operation.id}, Accept: ${accept}, Prefer: ${prefer}: ${problem}\n  Prism: ${JSON.stringify(prism)}\n  ours: ${JSON.stringify({ ...ours, headers: undefined })}`,
              );
          }
        }
      }
    }
    console.log(`${agreed} responses agree, ${listed} differ as listed`);
    expect(agreed).toBeGreaterThan(0);
    expect(unlisted.slice(0, 10), `${unlisted.length} differences that are not listed`).toEqual([]);
  });

  // A short run meets only some of them.
  if (isLong)
    test('except for the listed differences, each of which occurs', () => {
      console.log(Object.fromEntries(occurred));
      expect(DIFFERENCES.map(({ name }) => name).filter(name => !occurred.has(name))).toEqual([]);
    });
});
