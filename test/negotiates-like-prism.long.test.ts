// Prism alone as the yardstick: the mock answers every wish as Prism would, but for what is listed with a reason.
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Request } from '../src/exchange/exchange.ts';
import { closestMediaType, isJson, parseMediaType } from '../src/exchange/media-type.ts';
import { type Mock, startMock } from '../src/index.ts';
import { type Operation, type ResponseSpec, responseFor } from '../src/openapi/model.ts';
import { sampleRequest } from '../src/openapi/sample-request.ts';
import { createMatcher } from '../src/routing/match.ts';
import { loadPrism, type PrismSaid, prismAnswers } from './prism/prism-alone.ts';
import { amount, isLong, oneOf } from './suite.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

interface Ours {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly type: string | undefined;
  /** The x-deadringer-error header; empty when the answer is the API's. */
  readonly error: string;
  readonly body: string;
}

/** One question put to both mocks, and what they said. */
interface Asked {
  readonly operation: Operation;
  readonly accept: string | undefined;
  readonly code: number | undefined;
  readonly example: string | undefined;
  readonly ours: Ours;
  readonly prism: PrismSaid;
}

const wanted = ({ operation, code }: Asked): ResponseSpec | undefined =>
  code === undefined ? operation.successResponse : responseFor(operation, code);

const declaresExample = (asked: Asked): boolean =>
  wanted(asked)?.contents.some(({ examples }) => examples.some(({ name }) => name === asked.example)) ===
  true;

/** RFC 9110, 12.5.1, without parameters: a declared type may come with any. Written anew: ours is on trial. */
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
  applies(asked: Asked): boolean;
}

const DIFFERENCES: readonly Difference[] = [
  {
    name: 'an undeclared status is asked for',
    reason: 'a mistake of the tester, told as such; Prism answers a 404 that looks like a mocked one',
    applies: asked => asked.ours.error === 'not-declared' && wanted(asked) === undefined,
  },
  {
    name: 'an undeclared example is asked for',
    reason: 'the same; Prism answers 404, or 500, or forgets the wish and answers success',
    applies: asked =>
      asked.ours.error === 'not-declared' && asked.example !== undefined && !declaresExample(asked),
  },
  {
    name: 'an example of another media type is asked for',
    reason: 'the same; Prism answers 404, or 500 where a status is asked for too',
    applies: asked =>
      asked.ours.error !== '' &&
      'problem' in asked.prism &&
      asked.example !== undefined &&
      declaresExample(asked),
  },
  {
    name: 'Accept lets success through, but not the status that is asked for',
    reason: 'told as such; Prism answers success instead, whatever was asked for',
    applies: asked =>
      asked.ours.error === 'not-acceptable' &&
      'statusCode' in asked.prism &&
      excludes(asked.accept, wanted(asked)) &&
      !excludes(asked.accept, asked.operation.successResponse),
  },
  {
    name: 'Accept excludes success',
    reason: 'an invalid request is refused whatever is asked for, as Prism does with other invalid requests',
    applies: ({ operation, accept, ours }) =>
      ours.status === 406 && excludes(accept, operation.successResponse),
  },
  {
    name: 'a media type range as a key',
    reason: 'told as such; Prism finds no type in "*/*" unless Accept says the same',
    applies: asked =>
      asked.ours.error !== '' && wanted(asked)?.contents.some(each => /\*/.test(each.mediaType)) === true,
  },
  {
    name: 'a range as the type that is sent',
    reason: '"*/*" is a key of a document and no media type that could stand in Content-Type (RFC 9110, 8.3)',
    applies: ({ ours, prism }) =>
      ours.type === 'text/plain' && 'statusCode' in prism && prism.headers?.['Content-type'] === '*/*',
  },
  {
    name: 'a 204 that is declared with a body',
    reason: 'it has none on the wire (RFC 9110, 15.3.5), where a range such as 2XX says otherwise',
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

interface Wish {
  readonly code?: number;
  readonly exampleKey?: string;
}

/** Every declared status and some that are not, every named example and one that is not, and pairs of both. */
function wishes({ responses }: Operation): Wish[] {
  const found: Wish[] = [{}, { code: 418 }, { code: 201 }, { exampleKey: 'unheard_of' }];
  for (const { status, contents } of responses) {
    const code = Number(status.replace('XX', '04').replace('default', '499'));
    const names = contents
      .flatMap(({ examples }) => examples.map(({ name }) => name))
      .filter(name => name !== '');
    found.push({ code }, { code, exampleKey: 'unheard_of' });
    for (const exampleKey of names)
      found.push({ exampleKey }, { code, exampleKey }, { code: 200, exampleKey });
  }
  return found;
}

/** What tells the two answers apart; undefined when nothing does. */
function apart(operation: Operation, ours: Ours, prism: PrismSaid): string | undefined {
  // A failure of Prism is an error of the mock.
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
  // Without an example both make a body up: Prism one that may break the schema, we one that does not.
  if (content !== undefined && content.examples.length === 0) return undefined;
  const body =
    mediaType && isJson(mediaType.essence) && prism.body !== undefined
      ? JSON.stringify(prism.body)
      : (prism.body ?? '');
  return ours.body === body ? undefined : 'body';
}

describe('The mock negotiates like Prism', () => {
  let mock: Mock;
  const agent = new http.Agent({ keepAlive: true });
  const occurred = new Map<string, number>();
  beforeAll(async () => {
    mock = await startMock({
      specs: [path.join(ROOT, 'specs'), path.join(ROOT, 'test/fixtures/negotiation.yaml')],
    });
  });
  afterAll(async () => {
    agent.destroy();
    await mock.close();
  });

  const send = ({ method, path: target, query, headers, body }: Request): Promise<Ours> =>
    new Promise((resolve, reject) => {
      const fields = headers as http.OutgoingHttpHeaders;
      const sending = http.request(
        mock.url,
        { agent, method, path: `${target}?${query}`, headers: fields },
        async answer => {
          const text = Buffer.concat(await answer.toArray()).toString();
          const { 'content-type': type, 'x-deadringer-error': error } = answer.headers;
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
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
        if (matched.kind !== 'operation') throw new Error(`${operation.id} does not claim its own sample`);
        for (const accept of ACCEPTS) {
          for (const wish of wishes(operation)) {
            if (!isTurn()) continue;
            const { code, exampleKey: example } = wish;
            const prefer = [code && `code=${code}`, example && `example=${example}`]
              .filter(Boolean)
              .join(', ');
            const headers = { ...valid.headers, ...(accept !== undefined && { accept: [accept] }) };
            const prism = await prismAnswers(resources, matched, { ...valid, headers }, wish);
            const ours = await send({
              ...valid,
              headers: { ...headers, ...(prefer !== '' && { prefer: [prefer] }) },
            });
            const problem = apart(operation, ours, prism);
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
    console.log(`${agreed} answers agree, ${listed} differ as listed`);
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
