// What mock servers make of one document and the same requests: `node bench/compare.ts` prints the table of docs/comparison.md.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { residentMegabytes } from './proc.ts';
import { type Answer, type Command, endAll, scratch, send, startServer } from './processes.ts';
import { table } from './report.ts';
import type { BenchRequest } from './request.ts';

const DOCUMENT = fileURLToPath(new URL('compare.yaml', import.meta.url));
const bin = (name: string): string => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));

interface Tool {
  readonly name: string;
  /** The command that its documentation gives for an OpenAPI document. */
  readonly command: (document: string, port: string) => readonly string[];
}

const TOOLS: readonly Tool[] = [
  {
    name: 'deadringer',
    command: (document, port) => ['bin/deadringer.js', 'serve', '--specs', document, '--port', port],
  },
  {
    name: 'deadringer `--stateful`',
    command: (document, port) => [
      ...['bin/deadringer.js', 'serve', '--specs', document, '--port', port, '--stateful'],
    ],
  },
  {
    name: 'Prism 5.16.0',
    command: (document, port) => [
      bin('@stoplight/prism-cli/dist/index.js'),
      'mock',
      document,
      '--port',
      port,
    ],
  },
  {
    name: 'Mockoon CLI 9.9.0',
    command: (document, port) => [
      ...[bin('@mockoon/cli/bin/run.js'), 'start', '--data', document, '--port', port],
      '--disable-log-to-file',
    ],
  },
  {
    name: "Scalar's mock server 0.14.4",
    command: (document, port) => [bin('../servers/scalar.ts'), port, document],
  },
];

const HEADERS = { authorization: 'Bearer x', host: 'api.shop.example' };
const JSON_HEADERS = { ...HEADERS, 'content-type': 'application/json' };

/** Paths begin with the base path of the document, or not: whichever the tool expects. */
function request(
  method: BenchRequest['method'],
  path: string,
  body = '',
  headers: BenchRequest['headers'] = HEADERS,
): BenchRequest {
  return { method, path, headers, body };
}
const post = (body: string, headers: BenchRequest['headers'] = JSON_HEADERS): BenchRequest =>
  request('POST', '/orders', body, headers);

const VALID: Readonly<Record<string, readonly [BenchRequest, number]>> = {
  'a list': [request('GET', '/orders'), 200],
  'a list with a filter': [request('GET', '/orders?status=open&limit=5'), 200],
  'an item': [request('GET', '/orders/1'), 200],
  'a new item': [post('{"item":"tea","quantity":2}'), 201],
};
const INVALID: Readonly<Record<string, BenchRequest>> = {
  'a missing member': post('{"item":"tea"}'),
  'a wrong type': post('{"item":"tea","quantity":"two"}'),
  'a number out of range': post('{"item":"tea","quantity":0}'),
  'a text that does not match its pattern': post('{"item":"Tea 1","quantity":2}'),
  'an unknown member that is not allowed': post('{"item":"tea","quantity":2,"size":"L"}'),
  'a text that is no e-mail address': post('{"item":"tea","quantity":2,"mail":"anna"}'),
  'malformed JSON': post('{"item":'),
  'no body': post(''),
  'another media type': post('<order/>', { ...HEADERS, 'content-type': 'application/xml' }),
  'no credentials': request('GET', '/orders', '', { host: HEADERS.host }),
  'a value that is not in the enum of a query parameter': request('GET', '/orders?status=lost'),
  'a query parameter out of range': request('GET', '/orders?limit=1000'),
  'a path parameter of a wrong type': request('GET', '/orders/seven'),
  'an unknown path': request('GET', '/customers'),
  'a method that the path does not have': request('DELETE', '/orders/1'),
};

const PONG = { type: 'object', required: ['pong'], properties: { pong: { type: 'boolean' } } };

const VERSIONS: Readonly<Record<string, object>> = {
  '2.0': pingDocument(
    { swagger: '2.0' },
    { schema: PONG, examples: { 'application/json': { pong: true } } },
    { produces: ['application/json'] },
  ),
  ...Object.fromEntries(
    ['3.0.3', '3.1.1', '3.2.0'].map(openapi => [
      openapi.slice(0, 3),
      pingDocument(
        { openapi },
        { content: { 'application/json': { schema: PONG, example: { pong: true } } } },
      ),
    ]),
  ),
};

function pingDocument(version: object, response: object, operation: object = {}): object {
  const get = { ...operation, responses: { 200: { description: 'A pong.', ...response } } };
  return { ...version, info: { title: 'Ping', version: '1' }, paths: { '/ping': { get } } };
}

interface Facts {
  readonly ready: string;
  readonly memory: string;
  readonly valid: string;
  readonly accepted: readonly string[];
  readonly rejected: string;
  readonly remembers: string;
  readonly versions: string;
}

async function withServer<T>(
  tool: Tool,
  document: string,
  use: (origin: string) => Promise<T>,
): Promise<{ readonly result: T; readonly ready: number; readonly memory: number }> {
  const command = (port: string): Command => [process.execPath, ...tool.command(document, port)];
  let result: { readonly value: T } | undefined;
  const server = await startServer(tool.name, command, [], {}, async origin => {
    result = { value: await use(origin) };
  });
  const memory = residentMegabytes(server.pid);
  await server.stop();
  if (result === undefined) throw new Error(`${tool.name} was not asked`);
  return { result: result.value, ready: server.readyAfter, memory };
}

async function examine(tool: Tool): Promise<Facts> {
  const { result, ready, memory } = await withServer(tool, DOCUMENT, async origin => {
    // Some tools serve below the path of the server in the document, some do not.
    const base = (await send(origin, request('GET', '/v1/orders'))).status === 200 ? '/v1' : '';
    const ask = (each: BenchRequest): Promise<Answer> =>
      send(origin, { ...each, path: base + each.path }).catch((error: Error) => {
        console.error(`${tool.name}: ${each.method} ${each.path} ${each.body}: ${error.message}`);
        return { status: 0, body: '' };
      });
    let answered = 0;
    for (const [each, status] of Object.values(VALID)) if ((await ask(each)).status === status) answered++;
    const accepted: string[] = [];
    for (const [name, each] of Object.entries(INVALID)) {
      const { status } = await ask(each);
      if (status < 400 || status >= 500) accepted.push(name);
    }
    const created = JSON.parse((await ask(post('{"item":"cocoa","quantity":9}'))).body) as { id?: unknown };
    const list = (await ask(request('GET', '/orders'))).body;
    const shows = JSON.stringify(created).includes('cocoa');
    return {
      answered,
      accepted,
      remembers: list.includes('cocoa') ? 'yes' : shows ? 'in the answer only' : 'no',
    };
  });
  const versions: string[] = [];
  for (const [version, document] of Object.entries(VERSIONS)) {
    const file = scratch(`ping-${version}.yaml`);
    writeFileSync(file, stringify(document));
    const ping = await withServer(tool, file, origin => send(origin, request('GET', '/ping'))).catch(
      () => undefined,
    );
    if (ping?.result.status === 200 && ping.result.body.includes('pong')) versions.push(version);
  }
  return {
    ready: ready.toFixed(1),
    memory: memory.toFixed(0),
    valid: `${result.answered} of ${Object.keys(VALID).length}`,
    rejected: `${Object.keys(INVALID).length - result.accepted.length} of ${Object.keys(INVALID).length}`,
    accepted: result.accepted,
    remembers: result.remembers,
    versions: versions.join(', '),
  };
}

try {
  const facts = new Map<Tool, Facts>();
  for (const tool of TOOLS) facts.set(tool, await examine(tool));
  const row = (title: string, of: (facts: Facts) => string): string[] => [
    title,
    ...[...facts.values()].map(of),
  ];
  console.log(
    table(
      ['', ...TOOLS.map(({ name }) => name)],
      [
        row('valid requests that get the declared status', ({ valid }) => valid),
        row('invalid requests that get a 4xx', ({ rejected }) => rejected),
        row('shows a created order', ({ remembers }) => remembers),
        row('serves the versions', ({ versions }) => versions),
        row('seconds to the first answer', ({ ready }) => ready),
        row('memory after the requests, MB', ({ memory }) => memory),
      ],
    ),
  );
  for (const [{ name }, { accepted }] of facts)
    if (accepted.length > 0) console.log(`\n${name} accepts: ${accepted.join('; ')}.`);
} finally {
  endAll();
}
