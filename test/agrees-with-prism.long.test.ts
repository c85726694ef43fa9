// Prism as the second opinion: whatever its validators report, the judge reports too, but for what is listed with a reason.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { header, isRecorded, type Request, type Response } from '../src/exchange/exchange.ts';
import { CATALOGUE } from '../src/finding/catalogue.ts';
import type { Finding } from '../src/finding/finding.ts';
import { loadContract } from '../src/openapi/load.ts';
import type { Operation } from '../src/openapi/model.ts';
import { sampleRequest } from '../src/openapi/sample-request.ts';
import { createMatcher, type Match, type MatchResult } from '../src/routing/match.ts';
import { validateRequest, validateResponse } from '../src/validate/request.ts';
import { parseExchanges } from './parse-http-text.ts';
import { spoiledRequests, spoiledResponses } from './prism/corrupt.ts';
import { DIFFERENCES, type Seen } from './prism/differences.ts';
import {
  type Diagnostic,
  type Half,
  loadPrism,
  prismReports,
  type Resource,
  resourceFor,
} from './prism/prism-alone.ts';
import { randomDocument } from './prism/random-documents.ts';
import { amount, isLong, oneOf, seedOr } from './suite.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** What one set of comparisons came to. */
interface Tally {
  agreed: number;
  /** The judge alone found something. */
  ours: number;
  listed: number;
  readonly unlisted: string[];
}

const newTally = (): Tally => ({ agreed: 0, ours: 0, listed: 0, unlisted: [] });

/** How often each listed difference occurred. */
const occurred = new Map<string, number>();

function isListed(said: Diagnostic, seen: Seen): boolean {
  const apply = DIFFERENCES.filter(each => each.applies(said, seen));
  for (const { name } of apply) occurred.set(name, (occurred.get(name) ?? 0) + 1);
  return apply.length > 0;
}

function settle(tally: Tally): void {
  const { unlisted, ...counts } = tally;
  console.log(`${expect.getState().currentTestName?.split(' > ').at(-1)}:`, JSON.stringify(counts));
  expect(counts.agreed).toBeGreaterThan(0);
  expect(unlisted.slice(0, 10), `${unlisted.length} differences that are not listed`).toEqual([]);
}

interface Peers {
  readonly operations: readonly Operation[];
  match(request: Request): MatchResult;
  /** The same with formats asserted. */
  strict(request: Request): Promise<MatchResult>;
  resource(operation: Operation): Resource | undefined;
}

async function open(file: string): Promise<Peers> {
  const find = async (assertFormats: boolean) => {
    const { contract } = await loadContract([file], { relativeTo: ROOT, assertFormats });
    const match = createMatcher(contract);
    const [api] = contract.apis;
    if (api === undefined) throw new Error(`there is no API in ${file}`);
    // Exchanges name their host, or give the path of the template.
    return {
      api,
      match: (request: Request): MatchResult => {
        const { method } = request;
        const host = header(request.headers, 'host');
        const here = match({
          method,
          path: `/${encodeURIComponent(api.name)}${request.path}`,
          host: undefined,
        });
        return host === undefined ? here : match({ method, path: request.path, host });
      },
    };
  };
  const { api, match } = await find(false);
  const resources = await loadPrism(api.root.uri);
  let strict: ReturnType<typeof find> | undefined;
  return {
    operations: api.operations,
    match,
    strict: async request => {
      strict ??= find(true);
      return (await strict).match(request);
    },
    resource: operation => resourceFor(resources, operation),
  };
}

function judge(match: Match, half: Half, request: Request, response: Response | undefined): Finding[] {
  if (half === 'response')
    return response === undefined ? [] : validateResponse(match.operation, response, request.method);
  // Accept is no business of Prism's validators.
  const findings = validateRequest(match, request).filter(({ code }) => code !== 'accept-unsatisfiable');
  return findings.filter(({ code }) => /^(credentials|security)-/.test(code) === (half === 'security'));
}

/** Whether a violation is about the part of the message that Prism complains of; an exception complains of no part. */
function answers({ code, at }: Finding, said: Diagnostic): boolean {
  if (CATALOGUE[code].kind !== 'violation') return false;
  const [, , part = '', name] = at.split('/');
  const places: Record<string, string> = {
    query: 'query',
    path: 'path',
    cookies: 'cookie',
    headers: 'header',
  };
  const place = name === 'content-type' ? 'message' : (places[part] ?? 'message');
  const about = said.place === 'body' ? 'message' : said.place;
  return said.code === 'threw' || said.code === '401' || place === about;
}

/** Asks both about one exchange; what only Prism reports must be a listed difference. */
async function compare(peers: Peers, tally: Tally, request: Request, response?: Response): Promise<void> {
  const match = peers.match(request);
  const resource = match.kind === 'operation' ? peers.resource(match.operation) : undefined;
  if (match.kind !== 'operation' || resource === undefined) return;
  // What was not recorded cannot be shown to Prism.
  if (!isRecorded((response ?? request).body)) return;
  const halves: Half[] = response === undefined ? ['security', 'request'] : ['response'];
  const reports = await prismReports(resource, halves, match, request, response);
  for (const half of halves) {
    const diagnostics = reports.get(half) ?? [];
    let findings: readonly Finding[];
    try {
      findings = judge(match, half, request, response);
    } catch (error) {
      tally.unlisted.push(`${show(half, match, request, response)}\n  the judge failed: ${error}`);
      continue;
    }
    const unanswered = diagnostics.filter(said => !findings.some(finding => answers(finding, said)));
    if (unanswered.length === 0) {
      const ours =
        diagnostics.length === 0 && findings.some(({ code }) => CATALOGUE[code].kind === 'violation');
      tally[ours ? 'ours' : 'agreed']++;
      continue;
    }
    const again = await peers.strict(request);
    const strict = again.kind === 'operation' ? judge(again, half, request, response) : [];
    const seen: Seen = { half, match, request, response, findings, strict };
    const listed = unanswered.map(said => isListed(said, seen));
    // The errors of every failed branch come with an anyOf or oneOf; one of them can be the reason for all.
    const branching = unanswered.some(({ code }) => code === 'anyOf' || code === 'oneOf');
    if (branching ? listed.includes(true) : !listed.includes(false)) {
      tally.listed++;
      continue;
    }
    const said = unanswered.map(
      ({ place, path: below, code, message }) => `  Prism: ${place}/${below.join('/')} ${code}: ${message}`,
    );
    const codes = findings.map(({ code }) => code).join(', ') || 'nothing';
    tally.unlisted.push([show(half, match, request, response), ...said, `  judge: ${codes}`].join('\n'));
  }
}

function show(half: Half, { operation }: Match, request: Request, response: Response | undefined): string {
  const { headers, body } = half === 'response' && response ? response : request;
  const text = isRecorded(body) ? Buffer.from(body).toString() : '';
  return `${half} of ${operation.api.file}: ${operation.method} ${request.path}?${request.query} ${response?.status ?? ''} ${JSON.stringify(headers)} ${text}`;
}

describe('The validator reports whatever Prism reports', () => {
  test('for the five documents, with mutated examples', async () => {
    const tally = newTally();
    const isTurn = oneOf(amount(10, 1));
    for (const name of await readdir(path.join(ROOT, 'specs'))) {
      const peers = await open(path.join(ROOT, 'specs', name));
      for (const operation of peers.operations) {
        const good = sampleRequest(operation, '');
        for (const request of spoiledRequests(good, operation.requestBody?.contents ?? []))
          if (isTurn()) await compare(peers, tally, request);
        for (const response of spoiledResponses(operation.responses))
          if (isTurn()) await compare(peers, tally, good, response);
      }
    }
    settle(tally);
  });

  test('for every case', async () => {
    const tally = newTally();
    const cases = path.join(ROOT, 'test/cases');
    // Documents that one of the two refuses to load: there is nothing to compare.
    const unread: string[] = [];
    let read = 0;
    const isTurn = oneOf(amount(3, 1));
    for (const name of await readdir(cases)) {
      const [spec, exchanges] = [
        path.join(cases, name, 'spec.yaml'),
        path.join(cases, name, 'exchange.http'),
      ];
      if (!existsSync(spec) || !existsSync(exchanges) || !isTurn()) continue;
      const peers = await open(spec).catch(() => undefined);
      read++;
      if (peers === undefined) {
        unread.push(name);
        continue;
      }
      for (const { request, response } of parseExchanges(await readFile(exchanges, 'utf8'))) {
        await compare(peers, tally, request);
        if (response !== undefined) await compare(peers, tally, request, response);
      }
    }
    console.log('not loaded:', unread);
    expect(unread.length).toBeLessThan(read / 10);
    settle(tally);
  });

  test.each(['3.0', '3.1'] as const)('for random documents of OpenAPI %s', async version => {
    const tally = newTally();
    const seed = seedOr(22);
    const { document, plans } = randomDocument(version, amount(8, 60), seed);
    const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'random.json');
    await writeFile(file, JSON.stringify(document));
    const peers = await open(file);
    for (const { requests, responses } of plans) {
      for (const request of requests) await compare(peers, tally, request);
      for (const response of responses) await compare(peers, tally, requests[0] as Request, response);
    }
    console.log(`seed ${seed}`);
    settle(tally);
  });

  // A short run meets only some of them.
  if (isLong)
    test('except for the listed differences, each of which occurs', () => {
      console.log(Object.fromEntries(occurred));
      expect(DIFFERENCES.map(({ name }) => name).filter(name => !occurred.has(name))).toEqual([]);
    });
});
