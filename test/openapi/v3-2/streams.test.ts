// Sequential media types of OpenAPI 3.2: itemSchema in requests and responses, sent as streams and validated item by item.
import type { Buffer } from 'node:buffer';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint, loadContract } from '../../../src/index.ts';
import type { ServeEvent } from '../../../src/mock/serve-event.ts';
import { type MockServer, startServer } from '../../../src/start.ts';

/** The examples of the sections "Sequential JSON" and "Server-Sent Event Streams" of the specification. */
const DOCUMENT = `openapi: 3.2.0
info: { title: Logs, version: '1' }
paths:
  /stream: { get: { operationId: stream, responses: { '200': { $ref: '#/components/responses/LogStream' } } } }
  /excerpt: { get: { operationId: excerpt, responses: { '200': { $ref: '#/components/responses/LogExcerpt' } } } }
  /events:
    post:
      operationId: addEvents
      requestBody:
        description: A request body to add a stream of typed data.
        required: true
        content:
          text/event-stream:
            itemSchema:
              $ref: "#/components/schemas/Event"
              required: [event]
              oneOf:
              - properties:
                  event:
                    const: addString
              - properties:
                  event:
                    const: addInt64
                  data:
                    format: int64
              - properties:
                  event:
                    const: addJSON
                  data:
                    contentMediaType: application/json
                    contentSchema:
                      type: object
                      required: [foo]
                      properties:
                        foo:
                          type: integer
      responses: { '204': { description: Done. } }
  /watch:
    get:
      operationId: watch
      responses:
        '200':
          description: Changes of orders.
          content:
            text/event-stream:
              itemSchema:
                type: object
                required: [data, event]
                properties:
                  event: { enum: [created, paid] }
                  data: { type: string, contentMediaType: application/json, contentSchema: { $ref: '#/components/schemas/LogEntry' } }
                  id: { type: string, pattern: '^[0-9]+$' }
                  retry: { type: integer, minimum: 1 }
              example:
                - { event: created, id: '1', data: '{"level":1}' }
                - { event: paid, id: '2', retry: 5, data: "two\\nlines" }
  /both:
    post:
      operationId: both
      requestBody:
        required: true
        content:
          application/x-ndjson:
            schema: { type: array, maxItems: 2 }
            itemSchema: { $ref: '#/components/schemas/LogEntry' }
      responses: { '204': { description: Done. } }
components:
  schemas:
    Event:
      type: object
      required:
      - data
      properties:
        data:
          type: string
        event:
          type: string
        id:
          type: string
        retry:
          type: integer
          minimum: 0
    LogEntry:
      type: object
      properties:
        timestamp:
          type: string
          format: date-time
        level:
          type: integer
          minimum: 0
        message:
          type: string
    Log:
      type: array
      items:
        $ref: "#/components/schemas/LogEntry"
      maxItems: 100
  examples:
    LogJSONSeq:
      summary: Log entries in application/json-seq
      externalValue: examples/log.json-seq
    LogJSONPerLine:
      summary: Log entries in application/jsonl or application/x-ndjson
      description: JSONL and NDJSON are identical for this example
      value: |
        {"timestamp": "1985-04-12T23:20:50.52Z", "level": 1, "message": "Hi!"}
        {"timestamp": "1985-04-12T23:20:51.37Z", "level": 1, "message": "Bye!"}
  responses:
    LogStream:
      description: A stream of JSON-format log messages.
      content:
        application/json-seq:
          itemSchema:
            $ref: "#/components/schemas/LogEntry"
          examples:
            JSON-SEQ:
              $ref: "#/components/examples/LogJSONSeq"
        application/jsonl:
          itemSchema:
            $ref: "#/components/schemas/LogEntry"
          examples:
            JSONL:
              $ref: "#/components/examples/LogJSONPerLine"
        application/x-ndjson:
          itemSchema:
            $ref: "#/components/schemas/LogEntry"
          examples:
            NDJSON:
              $ref: "#/components/examples/LogJSONPerLine"
    LogExcerpt:
      description: A response consisting of no more than 100 log records.
      content:
        application/json-seq:
          schema:
            $ref: "#/components/schemas/Log"
          examples:
            JSON-SEQ:
              $ref: "#/components/examples/LogJSONSeq"
        application/jsonl:
          schema:
            $ref: "#/components/schemas/Log"
          examples:
            JSONL:
              $ref: "#/components/examples/LogJSONPerLine"
`;
const SEQUENCE = [
  `\x1e{
  "timestamp": "1985-04-12T23:20:50.52Z",
  "level": 1,
  "message": "Hi!"
}
`,
  `\x1e{
  "timestamp": "1985-04-12T23:20:51.37Z",
  "level": 1,
  "message": "Bye!"
}
`,
];
const LINES = [
  '{"timestamp": "1985-04-12T23:20:50.52Z", "level": 1, "message": "Hi!"}\n',
  '{"timestamp": "1985-04-12T23:20:51.37Z", "level": 1, "message": "Bye!"}\n',
];
const EVENTS = `event: addString
data: This data is formatted
data: across two lines
retry: 5

event: addInt64
data: 1234
unknownField: this is ignored

: This is a comment
event: addJSON
data: {"foo": 42}
`;

let mock: MockServer;
let folder: string;
let specs: string[];
const served: ServeEvent[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-streams-'));
  mkdirSync(path.join(folder, 'examples'));
  writeFileSync(path.join(folder, 'examples/log.json-seq'), SEQUENCE.join(''));
  specs = [path.join(folder, 'logs.yaml')];
  writeFileSync(specs[0] ?? '', DOCUMENT);
  mock = await startServer({ specs });
  mock.state.subscribe(event => served.push(event));
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

/** The chunks of a response as they were written. */
async function chunksOf(
  target: string,
  accept = '*/*',
): Promise<{ head: http.IncomingMessage; chunks: string[] }> {
  return await new Promise((resolve, reject) => {
    const request = http.get(`${mock.url}/logs${target}`, { headers: { accept } }, head => {
      const chunks: string[] = [];
      head.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
      head.on('end', () => resolve({ head, chunks }));
    });
    request.on('error', reject);
  });
}

async function findingsOf(target: string, type: string, body: string): Promise<string[]> {
  const headers = { 'content-type': type };
  await (await fetch(`${mock.url}/logs${target}`, { method: 'POST', headers, body })).arrayBuffer();
  return (served.at(-1)?.findings ?? []).map(
    ({ code, at, location, message }) => `${code} ${at} ${location?.line}: ${message}`,
  );
}

test('the examples of the specification are sound', async () => {
  const { contract, findings } = await loadContract(specs, { relativeTo: folder });
  expect([...findings, ...lint(contract)]).toEqual([]);
});

describe('the mock sends a stream', () => {
  test.each([
    ['/stream', 'application/jsonl', LINES],
    ['/stream', 'application/x-ndjson', LINES],
    ['/excerpt', 'application/jsonl', LINES],
    ['/stream', 'application/json-seq', SEQUENCE],
    [
      '/watch',
      'text/event-stream',
      [
        'event: created\ndata: {"level":1}\nid: 1\n\n',
        'event: paid\ndata: two\ndata: lines\nid: 2\nretry: 5\n\n',
      ],
    ],
  ])('%s as %s: a chunk for each item of the example', async (target, type, items) => {
    const { head, chunks } = await chunksOf(target, type);
    expect([head.headers['content-type'], head.headers['content-length']]).toEqual([type, undefined]);
    expect(chunks).toEqual(items);
    expect(served.at(-1)?.findings).toEqual([]);
  });

  test.each(['/stream', '/watch'])('%s of valid items that are generated', async target => {
    for (const seed of ['a', 'b', 'c']) {
      const { chunks } = await chunksOf(`${target}?__dynamic=true&__seed=${seed}`, '*/*');
      expect(chunks.length).toBeGreaterThan(1);
      expect(served.at(-1)?.findings).toEqual([]);
    }
  });

  test('of events with JSON in their data where contentSchema describes it', async () => {
    const { chunks } = await chunksOf('/watch?__dynamic=true&__seed=a');
    for (const chunk of chunks)
      expect(JSON.parse(/^data: (.*)$/m.exec(chunk)?.[1] ?? '')).toBeInstanceOf(Object);
  });

  test('with the interval of a switch between the items', async () => {
    const headers = { 'content-type': 'application/json' };
    const url = `${mock.url}/__deadringer/sessions/slow/switches/logs.watch`;
    const body = JSON.stringify({ deliver: { interval: '300ms' } });
    expect((await fetch(url, { method: 'PATCH', headers, body })).status).toBe(200);
    const response = await fetch(`${mock.url}/logs/watch`, { headers: { 'x-deadringer-session': 'slow' } });
    const times: number[] = [];
    for await (const _ of response.body ?? []) times.push(performance.now());
    expect(times).toHaveLength(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(250);
  });
});

describe('a request is validated item by item', () => {
  test('the events of the specification are valid', async () => {
    expect(await findingsOf('/events', 'text/event-stream', EVENTS)).toEqual([]);
  });

  test('a finding names the event and the line of its schema', async () => {
    const wrong = `${EVENTS}\nevent: addNothing\ndata: x\n\ndata: no name\n\nevent: addString\nretry: 5\n\n`;
    expect(await findingsOf('/events', 'text/event-stream', wrong)).toMatchInlineSnapshot(`
      [
        "request-body-schema /request/body/3/event 20: request body /3/event must be "addString"; got "addNothing"",
        "request-body-schema /request/body/4 17: request body /4 must match exactly one of the 3 alternatives; matches 1 and 2",
        "request-body-schema /request/body/4/event 16: request body /4/event is missing",
      ]
    `);
  });

  test('schema and itemSchema both apply', async () => {
    const type = 'application/x-ndjson';
    expect(await findingsOf('/both', type, LINES.join(''))).toEqual([]);
    expect(await findingsOf('/both', type, `${LINES.join('')}{"level":-1}\n`)).toMatchInlineSnapshot(`
      [
        "request-body-schema /request/body/2/level 91: request body /2/level must be >= 0; got -1",
        "request-body-schema /request/body 64: request body must have at most 2 items; got 3",
      ]
    `);
  });
});
