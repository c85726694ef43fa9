// Expectations of MockServer, imported and served: replies as its documentation describes them, and what is named as lost.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';
import { run } from '../cli/program.ts';
import { type PlayedRequest, playAll, requestsOf } from './play.ts';

const FIXTURES = path.join(import.meta.dirname, 'mockserver');

interface Loss {
  readonly line: number;
  readonly construct: string;
  readonly reason: string;
  readonly remedy: string;
}

interface ExpectedRequest extends PlayedRequest {
  readonly expected: { readonly status: number; readonly body?: string; readonly type?: string };
}

let mock: MockServer | undefined;
afterEach(async () => {
  await mock?.close();
  mock = undefined;
});

async function importFile(
  file: string,
  name: string,
): Promise<{ losses: Loss[]; serve: string; out: string }> {
  const out = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  const ended = await run('import', file, '--name', name, '--output', out, '--json');
  expect(ended.err).not.toContain('internal error');
  return { ...(JSON.parse(ended.out) as { losses: Loss[]; serve: string }), out };
}

/** What the import of each file names, apart from the differences of all servers. */
const LOST: Readonly<Record<string, readonly string[]>> = {
  matchers: ['queryStringParameters', 'headers', 'secure'],
  bodies: ['body XML', 'body XPATH', 'body XML_SCHEMA'],
  replies: ['reasonPhrase', 'connectionOptions', 'trailers'],
  times: ['timeToLive', 'responseBytes'],
  flows: ['distribution GAUSSIAN'],
  others: [
    ...['connectionOptions', 'percentage', 'namespace', 'capture', 'steps', 'responseMode WEIGHTED'],
    ...['responseMode SWITCH', 'rateLimit', 'chaos', 'beforeActions', 'afterActions'],
    ...['crossProtocolScenarios', 'httpForwardValidateAction', 'httpForwardWithFallback', 'httpSseResponse'],
    ...['httpLlmResponse', 'httpWebSocketResponse', 'grpcStreamResponse', 'grpcBidiResponse'],
    ...['binaryResponse', 'dnsName', 'binaryData', 'if', 'jwt', 'respondBeforeBody', 'protocol'],
    ...['keepAlive', 'socketAddress', 'parameterStyle', 'body JSON_RPC', 'body GRAPHQL'],
    ...['httpResponseObjectCallback', 'streamError'],
  ],
  actions: [
    ...[
      '{{jsonPath}}',
      'template JAVASCRIPT',
      'template VELOCITY',
      'httpForward',
      'httpOverrideForwardedRequest',
    ],
    ...[
      'httpForwardTemplate',
      'httpResponseClassCallback',
      'httpForwardClassCallback',
      'httpResponseObjectCallback',
    ],
    ...['httpForwardObjectCallback', 'specUrlOrPayload'],
  ],
};

test.each(Object.keys(LOST))('%s', async name => {
  const { losses, serve, out } = await importFile(path.join(FIXTURES, `${name}.json`), name);
  expect(losses.map(({ construct }) => construct)).toEqual([
    ...(LOST[name] ?? []),
    'requests without a rule',
  ]);
  expect(losses.every(({ line, reason, remedy }) => line > 0 && reason !== '' && remedy !== '')).toBe(true);
  expect(serve.includes('--upstream actions=http://127.0.0.1:9')).toBe(name === 'actions');
  mock = await startServer({
    specs: [`${name}=${path.join(out, `${name}.openapi.yaml`)}`],
    scenarios: [out],
  });
  const requests = requestsOf(path.join(FIXTURES, `${name}.requests.json`)) as ExpectedRequest[];
  const replies = await playAll(mock.url, requests);
  for (const [index, { expected, ...request }] of requests.entries()) {
    const reply = replies[index];
    const label = `${request.method ?? 'GET'} ${request.path} (request ${index + 1})`;
    expect(reply?.status, label).toBe(expected.status);
    if (expected.body !== undefined) expect(reply?.body, label).toBe(expected.body);
    if (expected.type !== undefined)
      expect(reply?.headers['content-type'], label).toBe(expected.type.replace('; charset', ';charset'));
  }
});

test('fields and cookies are sent as they are written', async () => {
  const { out } = await importFile(path.join(FIXTURES, 'replies.json'), 'replies');
  mock = await startServer({
    specs: [`replies=${path.join(out, 'replies.openapi.yaml')}`],
    scenarios: [out],
  });
  const plain = await fetch(`${mock.url}/plain`);
  expect([plain.headers.get('x-a'), plain.headers.get('set-cookie')]).toEqual(['1, 2', 'sid=abc']);
  const list = await fetch(`${mock.url}/list`);
  expect([list.headers.get('x-l'), list.headers.get('set-cookie')]).toEqual(['v', 'c=d']);
  expect(Buffer.from(await (await fetch(`${mock.url}/binary`)).arrayBuffer()).toString('base64')).toBe(
    '/9j/AAE=',
  );
});

test.each([
  [{ httpRequest: { path: '!/a' } }, 'path'],
  [{ httpRequest: { path: '/a', method: 'BREW' } }, 'method'],
  [{ httpRequest: { path: '/a', not: true } }, 'not'],
  [{ httpRequest: { path: '/a', unheardOf: 1 } }, 'unheardOf'],
  [{ httpRequest: { path: '/a', pathParameters: { b: ['c'] } } }, 'pathParameters'],
  [{ httpRequest: { path: '/a', body: { type: 'JSON', json: '{' } } }, 'JSON in a text'],
  [{ httpRequest: { path: '/a', body: { type: 'JSON_PATH', jsonPath: 'a' } } }, 'JSONPath'],
  [{ httpRequest: { path: '/a' }, httpResponse: { statusCode: 700 } }, 'statusCode'],
  [{ httpRequest: { path: '/a' }, httpResponse: { body: { type: 'FILE', filePath: '../x' } } }, 'filePath'],
  [{ httpRequest: { path: '/a' }, httpSseResponse: {} }, 'httpSseResponse'],
  [{ httpRequest: { path: '/a' }, times: { remainingTimes: 1e9 } }, 'times'],
  [{ httpRequest: 7, httpResponse: [], times: 'x' }, 'httpResponse'],
])('%j: %s is named', async (expectation, construct) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
  const file = path.join(folder, 'e.json');
  const action = Object.keys(expectation).some(name => /^http(?!Request)/.test(name))
    ? {}
    : { httpResponse: {} };
  writeFileSync(file, JSON.stringify([{ ...expectation, ...action }]));
  const { losses } = await importFile(file, 'e');
  expect(losses.map(loss => loss.construct)).toContain(construct);
});

test('the migration page has every member and type that the importer is tested with', () => {
  const page = readFileSync('docs/from-mockserver.md', 'utf8');
  const names = new Set<string>();
  /** Values that are data of the user. */
  const data =
    /^(?:json|jsonSchema|schema|parameters|pathParameters|queryStringParameters|headers|cookies|template|trailers)$/;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) {
        names.add(name);
        if (name === 'type' && typeof inner === 'string') names.add(inner);
        const isData =
          data.test(name) || (name === 'body' && typeof inner === 'object' && !('type' in (inner as object)));
        if (!isData) visit(inner);
        else if (Array.isArray(inner))
          for (const each of inner) for (const key of Object.keys(each as object)) names.add(key);
      }
  };
  // The slow suite holds the page against the types of MockServer, which has more.
  for (const name of Object.keys(LOST).filter(each => each !== 'others'))
    visit(JSON.parse(readFileSync(path.join(FIXTURES, `${name}.json`), 'utf8')));
  expect(names.size).toBeGreaterThan(60);
  expect([...names].filter(name => !page.includes(`\`${name}\``))).toEqual([]);
});
