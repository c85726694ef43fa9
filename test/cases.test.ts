// Runs every folder of test/cases: validates its exchanges directly and from a recording, and sends its requests to a mock.
import { Buffer } from 'node:buffer';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMPTY_BODY, type Exchange, isRecorded, type Request } from '../src/exchange/exchange.ts';
import { CATALOGUE, type FindingCode } from '../src/finding/catalogue.ts';
import { formatLocation } from '../src/finding/finding.ts';
import {
  type Contract,
  ContractError,
  createMatcher,
  type Finding,
  lint,
  loadContract,
  validateRequest,
  validateResponse,
} from '../src/index.ts';
import type { ServeEvent } from '../src/mock/serve-event.ts';
import { toHar } from '../src/recording/har-writer.ts';
import { readRecordedEntry } from '../src/recording/read-entry.ts';
import { type MockServer, startServer } from '../src/start.ts';
import { parseExchanges, type Section, sections } from './parse-http-text.ts';

const ROOT = path.join(import.meta.dirname, 'cases');
const HOST = 'api.example.com';

/** Sections whose request cannot be sent over a socket, with the reason. */
const NOT_SENDABLE: Readonly<Record<string, string>> = {
  'a-body-that-was-not-recorded-is-not-judged / not recorded': 'there are no bytes to send',
  'a-body-that-was-not-recorded-is-not-judged / not recorded, and of a wrong type':
    'there are no bytes to send',
  'a-body-that-broke-off-is-not-judged / broke off': 'there are no bytes to send',
  'what-the-recording-withholds-is-not-missed / credentials withheld': 'a mock gets the whole request',
  'what-the-recording-withholds-is-not-missed / cookies withheld': 'a mock gets the whole request',
  'what-the-recording-withholds-is-not-missed / a key and a parameter withheld':
    'a mock gets the whole request',
  'the-method-must-be-declared / a method in lower case is another method':
    "Node's parser rejects lower-case methods",
};

/** Sections that a HAR cannot represent, with the reason. */
const NOT_RECORDABLE: Readonly<Record<string, string>> = {
  'some-responses-have-no-body / 304 with a body': 'for a 304 browsers record the cached response',
  'what-the-recording-withholds-is-not-missed / credentials withheld':
    'our recordings do not withhold headers',
  'what-the-recording-withholds-is-not-missed / cookies withheld': 'our recordings do not withhold headers',
  'what-the-recording-withholds-is-not-missed / a key and a parameter withheld':
    'our recordings do not withhold headers',
  'the-method-must-be-declared / a method in lower case is another method':
    'recorders change the case of methods',
};

interface Folder {
  readonly name: string;
  readonly path: string;
  readonly spec: string;
  /** Empty for a folder that tests its document only. */
  readonly exchanges: readonly Section[];
  /** The expected lines of findings.txt by section. */
  readonly expected: ReadonlyMap<string, readonly string[]>;
}

const FOLDERS = readdirSync(ROOT, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => readFolder(name));
const EXCHANGE_FOLDERS = FOLDERS.filter(({ exchanges }) => exchanges.length > 0);
const DOCUMENT_FOLDERS = FOLDERS.filter(({ exchanges }) => exchanges.length === 0);

function readFolder(name: string): Folder {
  const folder = path.join(ROOT, name);
  const http = path.join(folder, 'exchange.http');
  const findings = readFileSync(path.join(folder, 'findings.txt'), 'utf8');
  return {
    name,
    path: folder,
    spec: path.join(folder, 'spec.yaml'),
    exchanges: existsSync(http) ? parseExchanges(readFileSync(http, 'utf8')) : [],
    expected: new Map(
      sections(findings).map(section => [section.name, section.text.split('\n').filter(line => line !== '')]),
    ),
  };
}

/** One line of findings.txt: code, place in the exchange, line of the document, message. */
function show({ code, at, location, message }: Finding): string {
  return [code, at, location === undefined ? '-' : formatLocation(location), message]
    .filter(column => column !== '')
    .join('  ');
}

function withHost(request: Request): Request {
  return { ...request, headers: { host: [HOST], ...request.headers } };
}

/** Applies the overlay.yaml of a folder that has one. */
async function lintFolder({ path: folder, spec }: Folder): Promise<readonly Finding[]> {
  const overlays = [path.join(folder, 'overlay.yaml')].filter(file => existsSync(file));
  try {
    const { contract, findings } = await loadContract([spec], { relativeTo: folder, overlays });
    return [...findings, ...lint(contract)];
  } catch (error) {
    if (error instanceof ContractError) return error.findings;
    throw error;
  }
}

const contracts = new Map<string, Promise<Contract>>();

/** Loaded once for all sections, as a server or a check does. */
function contractOf({ path: folder, spec }: Folder): Promise<Contract> {
  let contract = contracts.get(spec);
  if (contract === undefined) {
    contract = loadContract([spec], { relativeTo: folder }).then(loaded => loaded.contract);
    contracts.set(spec, contract);
  }
  return contract;
}

/** The name of a folder as a sentence. */
function title({ name }: Folder): string {
  return name.replaceAll('-', ' ');
}

describe.for(EXCHANGE_FOLDERS.map(folder => [title(folder), folder] as const))(
  '%s: validation',
  ([, folder]) => {
    test.for(folder.exchanges.map(section => [section.name, section] as const))(
      '%s',
      async ([name, section]) => {
        const { request, response } = section;
        const contract = await contractOf(folder);
        const sentRequest = withHost(request);
        expect(findingLines(contract, sentRequest, response)).toEqual(folder.expected.get(name));
      },
    );
  },
);

describe.for(EXCHANGE_FOLDERS.map(folder => [title(folder), folder] as const))(
  '%s: a recording',
  ([, folder]) => {
    const recordable = folder.exchanges.filter(({ name }) => !(`${folder.name} / ${name}` in NOT_RECORDABLE));
    test.for(recordable.map(section => [section.name, section] as const))('%s', async ([name, section]) => {
      const contract = await contractOf(folder);
      const { request, response } = recordedAs(section);
      expect(findingLines(contract, request, response)).toEqual(folder.expected.get(name));
    });
  },
);

function findingLines(contract: Contract, request: Request, response: Exchange['response']): string[] {
  const { method, path: target, headers } = request;
  const matched = createMatcher(contract)({ method, path: target, host: headers.host?.[0] });
  if (matched.kind !== 'operation')
    return [matched.kind === 'method-not-allowed' ? 'no-method' : 'no-operation'];
  const responseFindings =
    response === undefined ? [] : validateResponse(matched.operation, response, method);
  return [...validateRequest(matched, request), ...responseFindings].map(show);
}

/** Writes a section into a HAR and reads it back. */
function recordedAs({ request, response }: Section): Pick<Exchange, 'request' | 'response'> {
  const recordedResponse = response ?? { status: 200, headers: {}, body: EMPTY_BODY };
  const exchange = {
    id: 'x',
    startedAt: 1,
    duration: 1,
    request: withHost(request),
    response: recordedResponse,
  };
  const { log } = toHar([exchange], { name: 'cases', version: '1' }) as { log: { entries: object[] } };
  const recorded = readRecordedEntry({
    place: { file: 'cases.har', entry: 1 },
    format: 'har',
    bytes: Buffer.from(JSON.stringify(log.entries[0])),
    creator: undefined,
  });
  if (recorded.kind !== 'exchange') throw new Error(`the entry was read as ${JSON.stringify(recorded)}`);
  const { request: recordedRequest } = recorded.exchange;
  return {
    request: recordedRequest,
    ...(response !== undefined && { response: recorded.exchange.response }),
  } as Pick<Exchange, 'request' | 'response'>;
}

describe.for(EXCHANGE_FOLDERS.map(folder => [title(folder), folder] as const))('%s: a mock', ([, folder]) => {
  let mock: MockServer | undefined;
  beforeAll(async () => {
    mock = await startServer({ specs: [folder.spec] });
  });
  afterAll(() => mock?.close(0));

  const sendable = folder.exchanges.filter(({ name }) => !(`${folder.name} / ${name}` in NOT_SENDABLE));
  test.for(sendable.map(section => [section.name, section] as const))('%s', async ([name, { request }]) => {
    if (mock === undefined) throw new Error('the mock did not start');
    const { problem, findings } = await send(mock, withHost(request));
    // The context of a request head is cached: the second time it must give the same findings.
    expect((await send(mock, withHost(request))).findings).toEqual(findings);
    const unmatched =
      problem === 'no-such-path' ? 'no-operation' : problem === 'no-such-method' ? 'no-method' : undefined;
    const lines = unmatched === undefined ? requestFindings(findings).map(show) : [unmatched];
    const expected = folder.expected.get(name)?.filter(line => !isAboutResponse(line));
    expect(lines).toEqual(expected);
  });

  /** The findings about the request, with file names relative to the folder. */
  function requestFindings(findings: readonly Finding[]): Finding[] {
    return findings
      .filter(({ at }) => !at.startsWith('/response'))
      .map(finding => {
        const { location } = finding;
        if (location === undefined) return finding;
        return {
          ...finding,
          location: { ...location, file: path.relative(folder.path, path.resolve(location.file)) },
        };
      });
  }
});

function isAboutResponse(line: string): boolean {
  return line.split('  ')[1]?.startsWith('/response') === true;
}

/** Sends a request byte for byte and waits for its ServeEvent, which is emitted before the response is sent. */
function send(mock: MockServer, request: Request): Promise<ServeEvent> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(mock.port, '127.0.0.1', () => socket.write(serialize(request)));
    const unsubscribe = mock.state.subscribe(served => finish(() => resolve(served)));
    const finish = (settle: () => void): void => {
      unsubscribe();
      socket.destroy();
      settle();
    };
    socket.on('error', error => finish(() => reject(error)));
    socket.on('data', answer =>
      finish(() => reject(new Error(`there was no ServeEvent, only a response: ${answer}`))),
    );
    socket.on('end', () => finish(() => reject(new Error('the connection was closed without a response'))));
  });
}

function serialize({ method, path: target, query, headers, body }: Request): Uint8Array {
  if (!isRecorded(body)) throw new Error('a body that was not recorded cannot be sent');
  const lines = [`${method} ${target}${query === '' ? '' : `?${query}`} HTTP/1.1`];
  for (const [name, values] of Object.entries(headers)) {
    for (const value of values ?? []) lines.push(`${name}: ${value}`);
  }
  const announced = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  if (body.length > 0 && !announced) lines.push(`content-length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

test.for(DOCUMENT_FOLDERS.map(folder => [title(folder), folder] as const))('%s', async ([, folder]) => {
  expect((await lintFolder(folder)).map(show)).toEqual(folder.expected.get('lint'));
});

describe('the cases as a whole', () => {
  test('there are at least forty', () => {
    expect(FOLDERS.length).toBeGreaterThanOrEqual(40);
  });

  test('every findings.txt has the sections of its exchange.http, each once', () => {
    for (const { name, exchanges, expected } of FOLDERS) {
      const names = exchanges.length === 0 ? ['lint'] : exchanges.map(section => section.name);
      expect({ name, sections: [...expected.keys()] }).toEqual({ name, sections: names });
    }
  });

  test('every spec.yaml begins with a comment that states the rule', () => {
    for (const { spec } of FOLDERS) expect(readFileSync(spec, 'utf8')).toMatch(/^# [^\n]+\.\n/);
  });

  test('the sections of a folder do not all have the same findings', () => {
    const uniform = EXCHANGE_FOLDERS.filter(
      ({ expected }) => new Set([...expected.values()].map(lines => lines.join('\n'))).size < 2,
    );
    expect(uniform.map(({ name }) => name)).toEqual([]);
  });

  test('documents with exchanges lint without findings', async () => {
    const lintLines = await Promise.all(
      EXCHANGE_FOLDERS.map(async folder => [folder.name, (await lintFolder(folder)).map(show)] as const),
    );
    expect(lintLines.filter(([, lines]) => lines.length > 0)).toEqual([]);
  });

  test('the sections in NOT_SENDABLE and NOT_RECORDABLE exist', () => {
    const all = EXCHANGE_FOLDERS.flatMap(({ name, exchanges }) =>
      exchanges.map(section => `${name} / ${section.name}`),
    );
    expect(all).toEqual(
      expect.arrayContaining([...Object.keys(NOT_SENDABLE), ...Object.keys(NOT_RECORDABLE)]),
    );
  });

  // The codes about scenarios, state files and traffic have tests of their own.
  const codes = (Object.keys(CATALOGUE) as FindingCode[]).filter(
    code => !['scenario', 'state', 'traffic'].includes(CATALOGUE[code].about),
  );
  const has = (lines: readonly string[], code: FindingCode): boolean =>
    lines.some(line => line.startsWith(`${code}  `));

  test.for(codes.filter(code => CATALOGUE[code].about !== 'document'))(
    '%s occurs in one section and not in another of the same folder',
    code => {
      const folder = EXCHANGE_FOLDERS.find(({ expected }) => {
        const all = [...expected.values()];
        return all.some(lines => has(lines, code)) && all.some(lines => !has(lines, code));
      });
      expect(folder?.name).toBeDefined();
    },
  );

  // Folders with exchanges do not have these codes: their documents lint without findings, as tested above.
  test.for(codes.filter(code => CATALOGUE[code].about === 'document'))('%s occurs in a document', code => {
    const folder = DOCUMENT_FOLDERS.find(({ expected }) => has(expected.get('lint') ?? [], code));
    expect(folder?.name).toBeDefined();
  });
});
