// Checks of recordings through the control API: the report of the command, bounded, beside the mock.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkTraffic } from '../../src/index.ts';
import { renderReport } from '../../src/reporters/formats.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { entry, folderWith, GOOD, har, SHOP } from '../check/traffic.ts';
import { run } from '../cli/program.ts';

const PETS = 'test/fixtures/pets.yaml';
const BAD = { ...GOOD, body: '{"id":"seven"}' };
let mock: MockServer;

beforeAll(async () => {
  mock = await startServer({ specs: [SHOP, PETS], recordingLimit: 4 * 2 ** 20 });
});
afterAll(() => mock.close());

async function post(query: string, body: string | Uint8Array): Promise<{ status: number; text: string }> {
  const response = await fetch(`${mock.url}/__deadringer/check${query}`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

/** A check whose recording has not ended. Resolves when its first bytes are sent. */
async function begin(text: string): Promise<http.ClientRequest> {
  const request = http.request(`${mock.url}/__deadringer/check`, { method: 'POST' });
  request.on('error', () => {});
  await new Promise<void>(resolve => request.write(text, () => resolve()));
  return request;
}

async function responseTo(request: http.ClientRequest): Promise<{ status?: number; text: string }> {
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { ...(response.statusCode !== undefined && { status: response.statusCode }), text };
}

test('the reports have the bytes of those of the command', async () => {
  const file = path.join(folderWith({ 'traffic.har': har([GOOD, BAD]) }), 'traffic.har');
  const report = await checkTraffic({ specs: [SHOP, PETS], traffic: [file] });
  const sent = readFileSync(file, 'utf8');
  const one = await post(`?name=${encodeURIComponent(file)}`, sent);
  expect(one).toEqual({ status: 200, text: await renderReport(report, 'json') });
  const formats = ['text', 'junit', 'sarif', 'markdown', 'html'] as const;
  const several = await post(`?format=${formats},json&name=${encodeURIComponent(file)}`, sent);
  const { json, notes, ...texts } = JSON.parse(several.text);
  expect([json, notes]).toEqual([report, []]);
  for (const format of formats) expect(texts[format]).toBe(await renderReport(report, format));
  expect(report.exitCode).toBe(1);
});

test('compressed recordings and lines of JSON are read as well', async () => {
  const lines = [entry(GOOD), entry(BAD)].map(each => JSON.stringify(each)).join('\n');
  for (const body of [lines, gzipSync(har([GOOD, BAD]))]) {
    const { accounting } = JSON.parse((await post('?api=shop', body)).text);
    expect([accounting.passed, accounting.failed.count]).toEqual([1, 1]);
  }
});

test('another server and one API can be named', async () => {
  const recording = har([{ ...GOOD, url: 'https://staging.example/v9/orders/7' }]);
  const checked = async (query: string): Promise<number[]> => {
    const { accounting, apis } = JSON.parse((await post(query, recording)).text);
    return [accounting.passed, accounting.outOfScope.count, apis.length];
  };
  expect(await checked('')).toEqual([0, 1, 2]);
  expect(await checked('?api=shop&server=shop%3Dhttps://staging.example/v9')).toEqual([1, 0, 1]);
});

test('a file that is no recording gets the message of the command', async () => {
  const folder = folderWith({ 'notes.txt': 'hello', 'cut.har': '{"log":{"version":"1.2","entr' });
  for (const name of ['notes.txt', 'cut.har']) {
    const file = path.join(folder, name);
    const { status, text } = await post(`?name=${encodeURIComponent(file)}`, readFileSync(file));
    const { detail, type } = JSON.parse(text);
    expect([status, type]).toEqual([400, 'deadringer:bad-control']);
    expect((await run('check', file, '--specs', SHOP)).err).toContain(detail);
  }
});

test('unknown parameters are refused with the known ones', async () => {
  const detailOf = async (query: string): Promise<string> =>
    JSON.parse((await post(query, '{}')).text).detail;
  expect(await detailOf('?api=shopp')).toBe('there is no API "shopp"; did you mean "shop"?');
  expect(await detailOf('?format=pdf')).toBe('there is no report format "pdf"');
  expect(await detailOf('?server=nowhere')).toContain('nowhere');
});

test('a recording above the limit is refused, with and without its length', async () => {
  const large = har([GOOD]) + ' '.repeat(5 * 2 ** 20);
  expect((await post('', large)).status).toBe(413);
  const request = await begin(large.slice(0, 2 ** 20));
  request.end(large.slice(2 ** 20));
  const { status, text } = await responseTo(request);
  expect([status, JSON.parse(text).detail]).toEqual([
    413,
    'the recording is larger than 4194304 bytes, the limit of this server',
  ]);
});

test('the mock responds while two recordings are checked, and a third is asked to wait', async () => {
  const [head, tail] = [har([GOOD]).slice(0, 300), har([GOOD]).slice(300)];
  const [first, second] = [await begin(head), await begin(head)];
  expect((await fetch(`${mock.url}/pets/pets`)).status).toBe(200);
  const third = await fetch(`${mock.url}/__deadringer/check`, { method: 'POST', body: har([GOOD]) });
  expect([third.status, third.headers.get('retry-after')]).toEqual([429, '5']);
  first.end(tail);
  expect((await responseTo(first)).status).toBe(200);
  // A client that leaves ends its check.
  second.destroy();
  await expect.poll(async () => (await post('', har([GOOD]))).status).toBe(200);
});

test('the reports of a recording with hostile texts are valid JSON', async () => {
  const hostile = '</script><script>1</script>\u202e\u0007"\\';
  const { text } = await post(
    `?format=json,html&name=${encodeURIComponent(hostile)}`,
    har([{ ...BAD, body: JSON.stringify({ id: hostile }) }]),
  );
  const { json, html, notes } = JSON.parse(text);
  expect([json.verdict, json.sources[0].file, notes]).toEqual(['failed', hostile, []]);
  expect(html).not.toContain('<script>1');
});
