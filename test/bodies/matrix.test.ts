// Every kind of body in every use: a request to the mock, its response, a recording that is checked, a replay.
import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { checkTraffic, lint, loadContract, type Report, replayTraffic } from '../../src/index.ts';
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { toHar } from '../../src/recording/har-writer.ts';
import { type MockServer, startServer } from '../../src/start.ts';

interface Kind {
  /** The key of the document. */
  readonly type: string;
  /** The Content-Type of requests, if it is another. */
  readonly sent?: string;
  readonly schema: string;
  /** More members of the Media Type Object. */
  readonly more?: string;
  /** The example of the document. */
  readonly example: string;
  readonly valid: string | Uint8Array;
  readonly invalid: string | Uint8Array;
  /** What is wrong with the invalid body: "schema /0/id". */
  readonly problem: string;
}

const ITEM =
  '{ type: object, required: [id], additionalProperties: false, xml: { name: item }, properties: { id: { type: integer, maximum: 999 }, name: { type: string, maxLength: 9 } } }';
const ITEMS = `{ type: array, minItems: 1, items: ${ITEM} }`;
const FORM = 'multipart/form-data';
const part = (name: string, value: string, more = ''): string =>
  `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const PHOTO = part('photo', '\x89PNG', '; filename="a.png"\r\nContent-Type: image/png');

const KINDS: Readonly<Record<string, Kind>> = {
  json: {
    ...{ type: 'application/json', schema: ITEM, example: '{ id: 7, name: tea }' },
    ...{ valid: '{"id":1}', invalid: '{"id":"one"}', problem: 'schema /id' },
  },
  suffix: {
    ...{ type: 'application/vnd.shop.v2+json', schema: ITEM, example: '{ id: 7 }' },
    ...{ valid: '{"id":1}', invalid: '{}', problem: 'schema /id' },
  },
  form: {
    ...{ type: 'application/x-www-form-urlencoded', schema: ITEM, example: '{ id: 7, name: a b }' },
    ...{ valid: 'id=1&name=tea+%26', invalid: 'id=one', problem: 'schema /id' },
  },
  multipart: {
    ...{ type: FORM, sent: `${FORM}; boundary=x` },
    schema:
      '{ type: object, required: [id, photo], properties: { id: { type: integer }, photo: { type: string, format: binary, minLength: 3 }, tags: { type: array, items: { type: string } }, about: { type: object, properties: { age: { type: integer } } } } }',
    more: 'encoding: { photo: { contentType: image/png } }',
    example: '{ id: 7, photo: PNG, tags: [a, b], about: { age: 3 } }',
    valid: `${part('id', '1')}${PHOTO}--x--\r\n`,
    ...{ invalid: `${part('id', 'one')}${PHOTO}--x--\r\n`, problem: 'schema /id' },
  },
  xml: {
    ...{ type: 'application/xml', schema: ITEM, example: '{ id: 7, name: tea }' },
    ...{ valid: '<item><id>1</id></item>', invalid: '<item><id>one</id></item>', problem: 'schema /id' },
  },
  text: {
    ...{ type: 'text/plain', schema: '{ type: string, maxLength: 9 }', example: 'fine' },
    ...{ valid: 'né', invalid: 'much too long', problem: 'schema ' },
  },
  binary: {
    ...{ type: 'application/octet-stream', schema: '{ type: string, format: binary, minLength: 3 }' },
    ...{ example: 'abc', valid: Buffer.from([0, 255, 7, 128]), invalid: 'ab', problem: 'schema ' },
  },
  image: {
    ...{ type: 'image/png', schema: '{ type: string, format: binary, minLength: 4 }', example: 'PNG!' },
    ...{ valid: Buffer.from('\x89PNG', 'latin1'), invalid: 'PN', problem: 'schema ' },
  },
  csv: {
    ...{ type: 'text/csv', schema: ITEMS, example: '[{ id: 7, name: "a, \\"b\\"" }, { id: 8, name: c }]' },
    ...{ valid: 'id,name\r\n1,"a\r\nb"\r\n2,\r\n', invalid: 'id,name\n1,a\nx,b\n', problem: 'schema /1/id' },
  },
  csvCells: {
    ...{ type: 'text/csv', schema: '{ type: array, items: { type: array, items: { type: integer } } }' },
    ...{ example: '[[1, 2], [3, 4]]', valid: '1,2\n', invalid: '1,x\n', problem: 'schema /0/1' },
  },
  csvOpen: {
    ...{ type: 'text/csv', schema: ITEMS, example: '[{ id: 7 }]' },
    ...{ valid: 'id\n1', invalid: 'id\n"1', problem: 'malformed /1' },
  },
  csvWide: {
    ...{ type: 'text/csv', schema: ITEMS, example: '[{ id: 7 }]' },
    ...{ valid: 'id\n1', invalid: 'id\n1\n2,3\n', problem: 'malformed /1' },
  },
  tsv: {
    ...{ type: 'text/tab-separated-values', schema: ITEMS, example: '[{ id: 7, name: a b }]' },
    ...{ valid: 'id\tname\n1\ta "b"\n', invalid: 'id\tcolour\n1\tred\n', problem: 'schema /0/colour' },
  },
  jsonLines: {
    ...{ type: 'application/jsonl', schema: ITEMS, example: '[{ id: 7 }, { id: 8 }]' },
    ...{ valid: '{"id":1}\n{"id":2}', invalid: '{"id":1}\n{"id":"two"}\n', problem: 'schema /1/id' },
  },
  ndjson: {
    ...{ type: 'application/x-ndjson', schema: ITEM, example: '{ id: 7 }' },
    ...{ valid: '{"id":1}\r\n\r\n{"id":2}\r\n', invalid: '{"id":1}\n{"id":\n', problem: 'malformed /1' },
  },
  stream: {
    ...{ type: 'application/stream+json', schema: ITEM, example: '[{ id: 7 }, { id: 8 }]' },
    ...{ valid: '{"id":1}\n{"id":2}\n', invalid: '{"id":1}\n{"name":"a"}\n', problem: 'schema /1/id' },
  },
  jsonSequence: {
    ...{ type: 'application/json-seq', schema: ITEMS, example: '[{ id: 7 }, { id: 8 }]' },
    ...{
      valid: '\x1e{"id":\n1}\n\x1e{"id":2}\n',
      invalid: '\x1e{"id":1}\n\x1e{}\n',
      problem: 'schema /1/id',
    },
  },
  events: {
    ...{ type: 'text/event-stream', schema: ITEM, example: '[{ id: 7 }, { id: 8 }]' },
    valid: ': hi\nevent: a\ndata: {"id":\ndata: 1}\n\nretry: 10\n\ndata: {"id":2}\n\ndata: [DONE]\n\n',
    ...{ invalid: 'data: {"id":1}\n\ndata: {"id":"two"}\n\n', problem: 'schema /1/id' },
  },
  wholeEvents: {
    type: 'text/event-stream',
    schema: `{ type: array, items: { type: object, required: [event, data], properties: { event: { enum: [made, gone] }, id: { type: string }, retry: { type: integer }, data: ${ITEM} } } }`,
    example: '[{ event: made, id: a, data: { id: 7 } }, { event: gone, retry: 5, data: { id: 7 } }]',
    valid: 'event: made\r\nid: 1\r\ndata: {"id":1}\r\n\r\n',
    ...{
      invalid: 'event: made\ndata: {"id":1}\n\nevent: lost\ndata: {"id":1}\n\n',
      problem: 'schema /1/event',
    },
  },
};
const NAMES = Object.keys(KINDS);

const contentOf = ({ type, schema, more, example }: Kind): string =>
  `{ '${type}': { schema: ${schema}, example: ${example}${more === undefined ? '' : `, ${more}`} } }`;
const DOCUMENT = `openapi: 3.0.3
info: { title: Bodies, version: '1' }
paths:
${Object.entries(KINDS)
  .map(
    ([name, kind]) => `  /${name}:
    post:
      operationId: ${name}
      requestBody: { required: true, content: ${contentOf(kind)} }
      responses: { '200': { description: Done., content: ${contentOf(kind)} }, '400': { description: Bad., content: { text/plain: { example: bad } } } }
`,
  )
  .join('')}  /empty:
    post:
      operationId: empty
      responses: { '204': { description: Done. } }
`;

let mock: MockServer;
let specs: string[];
const events: ServeEvent[] = [];
const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-bodies-'));
beforeAll(async () => {
  specs = [path.join(folder, 'bodies.yaml')];
  writeFileSync(specs[0] ?? '', DOCUMENT);
  mock = await startServer({ specs });
  mock.state.subscribe(event => events.push(event));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

function kindOf(name: string): Kind {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(name);
  return kind;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  /** "code at", of the request and of the response. */
  readonly findings: readonly string[];
}

async function send(name: string, body: string | Uint8Array, query = ''): Promise<Answer> {
  const { sent, type } = kindOf(name);
  const response = await fetch(`${mock.url}/bodies/${name}${query}`, {
    method: 'POST',
    headers: { 'content-type': sent ?? type },
    body: body as string,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const findings = (events.at(-1)?.findings ?? []).map(({ code, at }) => `${code} ${at}`);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: bytes,
    findings,
  };
}

function recorded(
  name: string,
  request: string | Uint8Array,
  answer: { type: string; body: Uint8Array },
): Exchange {
  const { sent, type } = kindOf(name);
  return {
    ...{ id: '1', startedAt: 0, duration: 1 },
    request: {
      ...{ method: 'POST', path: `/bodies/${name}`, query: '' },
      headers: { host: [new URL(mock.url).host], 'content-type': [sent ?? type] },
      body: Buffer.from(request as string),
    },
    response: { status: 200, headers: { 'content-type': [answer.type] }, body: answer.body },
  };
}

function fileOf(exchanges: readonly Exchange[]): string {
  const file = path.join(folder, 'traffic.har');
  writeFileSync(file, JSON.stringify(toHar(exchanges, { name: 'bodies', version: '1' })));
  return file;
}

/** "operation code at" of the findings, sorted. */
const linesOf = ({ findings }: Report, begin = ''): string[] =>
  findings
    .filter(({ code }) => code.startsWith(begin))
    .map(({ operation, code, at }) => `${operation?.id} ${code} ${at}`)
    .sort();
const found = (direction: string, problem: string): string => {
  const [what, at] = problem.split(' ');
  return `${direction}-body-${what} /${direction}/body${at}`;
};

test('a document with all of them is sound', async () => {
  const { contract, findings } = await loadContract(specs, { relativeTo: folder });
  expect([...findings, ...lint(contract)]).toEqual([]);
});

describe('a mock', () => {
  test.each(NAMES)('accepts a valid request and sends the example: %s', async name => {
    const { status, type, findings } = await send(name, kindOf(name).valid);
    expect({ status, findings }).toEqual({ status: 200, findings: [] });
    expect(type.split(';')[0]).toBe(kindOf(name).type);
  });

  test.each(NAMES)('rejects an invalid request: %s', async name => {
    const { invalid, problem } = kindOf(name);
    const { status, findings } = await send(name, invalid);
    expect({ status, findings }).toEqual({ status: 400, findings: [found('request', problem)] });
  });

  test.each(NAMES)('generates valid bodies: %s', async name => {
    for (const seed of ['a', 'b']) {
      const query = `?__dynamic=true&__seed=${seed}`;
      const { status, findings, body } = await send(name, kindOf(name).valid, query);
      expect({ status, findings }).toEqual({ status: 200, findings: [] });
      expect(body.length).toBeGreaterThan(0);
    }
  });
});

describe('a recording', () => {
  const served = async (): Promise<Exchange[]> => {
    const exchanges: Exchange[] = [];
    for (const name of NAMES) {
      const { valid } = kindOf(name);
      exchanges.push(recorded(name, valid, await send(name, valid)));
    }
    return exchanges;
  };
  const servers = (): string[] => [`bodies=${mock.url}/bodies`];
  const replay = async (exchanges: readonly Exchange[]): Promise<Report> =>
    await replayTraffic({
      ...{ specs, traffic: [fileOf(exchanges)], environment: {}, allowWrites: true, strictValues: true },
      ...{ servers: servers(), targets: servers() },
    });

  test('of what the mock sent passes a check, and a replay finds the same', async () => {
    const exchanges = await served();
    const checked = await checkTraffic({ specs, traffic: [fileOf(exchanges)], servers: servers() });
    const replayed = await replay(exchanges);
    for (const report of [checked, replayed]) {
      expect(linesOf(report)).toEqual([]);
      expect(report.accounting.passed).toBe(NAMES.length);
      // Members of all kinds of bodies count as covered.
      expect(report.coverage.levels.properties?.unseen.filter(key => key.endsWith('/id'))).toEqual([]);
    }
  });

  test('with invalid bodies has a finding for each on both sides', async () => {
    const exchanges = NAMES.map(name => {
      const { type, sent, invalid } = kindOf(name);
      return recorded(name, invalid, { type: sent ?? type, body: Buffer.from(invalid as string) });
    });
    const report = await checkTraffic({ specs, traffic: [fileOf(exchanges)], servers: servers() });
    const expected = NAMES.flatMap(name => {
      // Findings about any item of a list are one.
      const problem = kindOf(name).problem.replaceAll(/\/\d+/g, '/*');
      return [`${name} ${found('request', problem)}`, `${name} ${found('response', problem)}`];
    });
    expect(linesOf(report)).toEqual(expected.sort());
  });

  test('has no invalid value where another tool wrote a mark', async () => {
    const masked = {
      ...{ csv: 'name,id\nx,[REDACTED]\n', tsv: 'id\n[REDACTED]\n', jsonLines: '{"id":"[REDACTED]"}\n' },
      ...{ events: 'data: {"id":"[REDACTED]"}\n\n', jsonSequence: '\x1e{"id":"[REDACTED]"}\n' },
    };
    const exchanges = Object.entries(masked).map(([name, text]) =>
      recorded(name, text, { type: kindOf(name).type, body: Buffer.from(text) }),
    );
    const file = fileOf(exchanges);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"_exact":true', '"_other":1'));
    const report = await checkTraffic({ specs, traffic: [file], servers: servers() });
    expect(new Set(report.findings.map(({ code }) => code))).toEqual(
      new Set(['request-body-not-checkable', 'response-body-not-checkable']),
    );
    expect(report.findings).toHaveLength(10);
  });

  test('with other bodies than those of the service differs in the member that is another one', async () => {
    const exchanges = NAMES.map(name => {
      const { type, sent, valid } = kindOf(name);
      return recorded(name, valid, { type: sent ?? type, body: Buffer.from(valid as string) });
    });
    const value = 'answer-value-changed /response/body';
    const added = 'answer-member-new /response/body';
    expect(linesOf(await replay(exchanges), 'answer-')).toEqual([
      ...[`binary ${value}`, `csv ${value}/*/id`, `csv ${value}/*/name`, `csvCells ${value}`],
      ...[`csvOpen ${value}/*/id`, `csvWide ${value}/*/id`, `events ${value}/*/id`],
      ...[`form ${value}/id`, `form ${value}/name`, `image ${value}`, `json ${added}/name`],
      ...[`jsonLines ${value}/*/id`, `jsonSequence ${value}/*/id`],
      ...[`multipart ${added}/about`, `multipart ${added}/tags`],
      ...[`multipart ${value}/id`, `multipart ${value}/photo`],
      // Lists of other lengths.
      ...[`ndjson ${value}`, `stream ${value}/*/id`, `text ${value}`],
      ...[`tsv ${value}/*/id`, `tsv ${value}/*/name`, `wholeEvents ${value}`, `xml ${added}/name`],
    ]);
  });
});

test('an empty body is accepted, sent, checked and replayed', async () => {
  const url = `${mock.url}/bodies/empty`;
  const response = await fetch(url, { method: 'POST' });
  expect([response.status, await response.text(), events.at(-1)?.findings]).toEqual([204, '', []]);
  const refused = await fetch(url, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } });
  await refused.arrayBuffer();
  expect(events.at(-1)?.findings.map(({ code }) => code)).toEqual(['request-body-undocumented']);
});
