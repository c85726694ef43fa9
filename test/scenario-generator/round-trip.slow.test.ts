// Records each shipped scenario, generates scenarios from the recording, and compares the responses of both.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isCommonHeader } from '../../src/exchange/header-names.ts';
import { redact } from '../../src/exchange/redact.ts';
import { basePathOf } from '../../src/mock/respond/refuse.ts';
import { sampleRequest } from '../../src/openapi/sample-request.ts';
import { loadScenarios } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { type GeneratedFolder, generateInto } from './generated.ts';

const SHIPPED = (await loadScenarios(['scenarios'], '.')).scenarios;

/** The responses of a shipped scenario, and the scenarios generated from its recording. */
interface Recording {
  readonly before: readonly unknown[];
  readonly generated: GeneratedFolder;
}

let mock: MockServer;
let again: MockServer;
let root: string;
const recordings = new Map<string, Recording>();

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'deadringer-shipped-'));
  mock = await startServer({ specs: ['specs'], scenarios: ['scenarios'] });
  const { contract } = mock.state.config;
  for (const scenario of SHIPPED) {
    const session = await sessionWith(mock, [scenario.id]);
    const before = normalize(await drive(mock, session, scenario));
    const journal = await fetch(`${mock.url}/__deadringer/sessions/${session}/journal.har`);
    const prefix = scenario.id.replace('/', '-');
    const recording = { [`${prefix}.har`]: await journal.text() };
    const generated = await generateInto(root, contract, recording, { prefix, onByDefault: false });
    recordings.set(scenario.id, { before, generated });
  }
  again = await startServer({ specs: ['specs'], scenarios: [path.join(root, 'scenarios')] });
});
afterAll(async () => {
  await mock.close();
  await again.close();
  rmSync(root, { recursive: true });
});

let sessions = 0;
async function sessionWith({ url }: MockServer, scenarios: readonly string[]): Promise<string> {
  const id = `shipped-${++sessions}`;
  const generated = await fetch(`${url}/__deadringer/sessions`, {
    method: 'POST',
    body: JSON.stringify({ id, scenarios }),
  });
  if (!generated.ok) throw new Error(await generated.text());
  return id;
}

type Answers = { status: number; headers: Record<string, unknown>; body: string }[];

/** Requests that match every rule, repeated often enough to reach the end of every list. */
function requestsFor({ api, rules }: Scenario): { path: string; init: RequestInit }[] {
  const operation = mock.state.config.contract.apis.find(({ name }) => name === api)?.operations[0];
  if (operation === undefined) throw new Error(`no API is named ${api}`);
  const sample = sampleRequest(operation, basePathOf(operation));
  const headers = Object.fromEntries(
    Object.entries(sample.headers).map(([name, values]) => [name, values?.join(', ') ?? '']),
  );
  const text = Buffer.from(sample.body as Uint8Array).toString();
  const bodies = [
    text,
    '{"firstName":"Zoé {{ name }} {% if %}"}',
    '{"nickname":"Maria","userId":"maria"}',
    '{"phoneNumber":"+32411222333"}',
    '{"devices":7,"Name":7,"token":7}',
    '{"broken":',
  ];
  const steps = rules.reduce((sum, { reply }) => sum + (Array.isArray(reply) ? reply.length : 1), 1);
  const { path, method } = sample;
  return [
    ...Array.from({ length: steps }, () => ({ path, init: { method, headers, body: text } })),
    ...bodies.map(body => ({ path, init: { method, headers, body } })),
    { path, init: { method, headers: { 'content-type': 'application/json' }, body: text } },
    { path, init: { method, headers: { ...headers, 'content-type': 'text/plain' }, body: text } },
    { path: `${path}?__unknown=1`, init: { method, headers, body: text } },
  ];
}

/** Sends the requests one after the other, and does not wait for delayed or missing responses. */
async function drive({ url, state }: MockServer, session: string, scenario: Scenario): Promise<Answers> {
  const answers: Answers = [];
  for (const { path, init } of requestsFor(scenario)) {
    const left = new AbortController();
    const recorded = new Promise<void>(resolve => {
      const stop = state.subscribe(served => {
        if (served.session !== session) return;
        stop();
        // A recording contains placeholders instead of secrets, and so do the generated replies.
        const { response } = redact(served.exchange, new Set());
        if (response === undefined) throw new Error('there is no response');
        answers.push({
          status: response.status,
          headers: Object.fromEntries(
            Object.entries(response.headers).filter(
              ([name]) => !isCommonHeader(name) || name === 'retry-after',
            ),
          ),
          body: Buffer.from(response.body as Uint8Array).toString(),
        });
        resolve();
      });
    });
    const answered = fetch(`${url}/~${session}${path}`, { ...init, signal: left.signal })
      .then(response => response.arrayBuffer())
      .catch(() => {});
    await recorded;
    if (scenario.rules.some(({ deliver }) => deliver !== undefined)) left.abort();
    await answered;
  }
  return answers;
}

/** Replaces the current time and unique identifiers, which differ in each response. */
function normalize(answers: Answers): unknown[] {
  const all = answers.map(({ body }) => body).join('\n');
  return answers.map(({ body, ...rest }) => ({
    ...rest,
    body: body
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, time =>
        Math.abs(Date.parse(time) - Date.now()) < 60_000 ? 'now' : time,
      )
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{18,19}[0-9a-f]{3}/g, id =>
        all.split(id).length === 2 ? 'new' : id,
      ),
  }));
}

describe.each(SHIPPED.map(scenario => ({ scenario, name: scenario.id })))('$name', ({ scenario }) => {
  test('is reproduced from its recording', async () => {
    const { before, generated } = recordings.get(scenario.id) as Recording;
    const { total, inScenarios, merged, skipped } = generated.accounting;
    expect([total, inScenarios + merged, skipped]).toEqual([before.length, before.length, {}]);
    const session = await sessionWith(
      again,
      generated.files.map(({ api, name }) => `${api}/${name}`),
    );
    expect(normalize(await drive(again, session, scenario))).toEqual(before);
  });
});
