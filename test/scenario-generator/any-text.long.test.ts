// Recorded responses with any text become scenarios that the mock serves byte for byte.
import path from 'node:path';
import { expect, test } from 'vitest';
import { looksRandom } from '../../src/exchange/entropy.ts';
import { type Call, folderWith, har } from '../check/traffic.ts';
import { LONE_SURROGATES, oddText } from '../odd-texts.ts';
import { fc } from '../random.ts';
import { amount, seedOr } from '../suite.ts';
import { generateFrom, serveGenerated } from './generated.ts';

const DOCUMENT = `openapi: 3.0.3
info: { title: texts, version: '1' }
servers: [{ url: 'https://eu.shop.example/v1' }]
paths:
  /json/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get: { operationId: getJson, responses: { '200': { description: any, content: { application/json: {} } } } }
  /text/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get: { operationId: getText, responses: { '200': { description: any, content: { text/plain: {} } } } }
`;

/** Redaction replaces what looks like a random token. */
function isNoToken(text: string): boolean {
  return !(text.match(/[\w+/~.-]{20,}={0,2}/g) ?? []).some(looksRandom);
}

async function expectServed(calls: readonly Call[]): Promise<void> {
  const specs = [path.join(folderWith({ 'texts.yaml': DOCUMENT }), 'texts.yaml')];
  const generated = await generateFrom(specs, { 'traffic.har': har(calls) });
  expect(generated.accounting.skipped).toEqual({});
  const mock = await serveGenerated(specs, generated);
  for (const { url, body } of calls) {
    const response = await fetch(`${mock.url}/texts/v1${url}`);
    // Not text(), which would remove a byte order mark.
    expect(Buffer.from(await response.arrayBuffer()).toString(), url).toBe(body);
  }
}

test('texts and names in JSON', { timeout: 600_000 }, async () => {
  const text = oddText(...LONE_SURROGATES).filter(isNoToken);
  const member = fc.tuple(text, fc.oneof(text, fc.record({ in: text }), fc.array(text, { maxLength: 3 })));
  const bodies = fc.sample(fc.array(member, { minLength: 50, maxLength: 50 }), {
    seed: seedOr(11),
    numRuns: amount(40, 1140),
  });
  for (let first = 0; first < bodies.length; first += 190)
    await expectServed(
      bodies.slice(first, first + 190).map(
        (members, index): Call => ({
          url: `/json/${index}`,
          body: JSON.stringify(Object.fromEntries(members)),
        }),
      ),
    );
});

test('plain text', { timeout: 600_000 }, async () => {
  const texts = fc.sample(
    oddText().filter(text => text !== '' && isNoToken(text)),
    { seed: seedOr(12), numRuns: amount(100, 3800) },
  );
  for (let first = 0; first < texts.length; first += 190)
    await expectServed(
      texts.slice(first, first + 190).map(
        (body, index): Call => ({
          url: `/text/${index}`,
          answer: { 'Content-Type': 'text/plain' },
          body,
        }),
      ),
    );
});

test('parameters with the names of members of every object', async () => {
  await expectServed(
    ['__proto__', 'constructor', 'toString', '<<', '{{ now }}'].map(
      (name, index): Call => ({
        url: `/json/1?${encodeURIComponent(name)}=1`,
        body: `{"__proto__":{"index":${index}}}`,
      }),
    ),
  );
});

test('a page of 300 kB with braces in it', async () => {
  const body = '<p>{{ user.name }} {% if x %}\n'.repeat(10_000);
  await expectServed([{ url: '/text/1', answer: { 'Content-Type': 'text/plain' }, body }]);
});
