// Compares validation with Prism: whatever its validators report, ours report, too, except for listed differences.
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
import { validateRequest } from '../src/validate/request.ts';
import { validateResponse } from '../src/validate/response.ts';
import { parseExchanges } from './parse-http-text.ts';
import { mutatedRequests, mutatedResponses } from './prism/corrupt.ts';
import { type Comparison, DIFFERENCES } from './prism/differences.ts';
import {
  type Check,
  type Diagnostic,
  loadPrism,
  prismReports,
  type Resource,
  resourceFor,
} from './prism/prism-alone.ts';
import { randomDocument } from './prism/random-documents.ts';
import { amount, isLong, oneOf, seedOr } from './suite.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** The counts of one set of comparisons. */
interface Tally {
  agreed: number;
  /** Only our validator has findings. */
  ours: number;
  listed: number;
  readonly unlisted: string[];
}

const newTally = (): Tally => ({ agreed: 0, ours: 0, listed: 0, unlisted: [] });

/** How often each listed difference occurred. */
const occurred = new Map<string, number>();

function isListed(diagnostic: Diagnostic, comparison: Comparison): boolean {
  const apply = DIFFERENCES.filter(each => each.applies(diagnostic, comparison));
  for (const { name } of apply) occurred.set(name, (occurred.get(name) ?? 0) + 1);
  return apply.length > 0;
}

function expectNoUnlisted(tally: Tally): void {
  const { unlisted, ...counts } = tally;
  console.log(`${expect.getState().currentTestName?.split(' > ').at(-1)}:`, JSON.stringify(counts));
  expect(counts.agreed).toBeGreaterThan(0);
  expect(unlisted.slice(0, 10), `${unlisted.length} differences that are not listed`).toEqual([]);
}

interface Peers {
  readonly operations: readonly Operation[];
  match(request: Request): MatchResult;
  /** `match` with `format` asserted. */
  strict(request: Request): Promise<MatchResult>;
  resource(operation: Operation): Resource | undefined;
}

async function open(file: string): Promise<Peers> {
  const find = async (assertFormats: boolean) => {
    const { contract } = await loadContract([file], { relativeTo: ROOT, assertFormats });
    const match = createMatcher(contract);
    const [api] = contract.apis;
    if (api === undefined) throw new Error(`there is no API in ${file}`);
    // An exchange has a Host header, or a path without the base path.
    return {
      api,
      match: (request: Request): MatchResult => {
        const { method } = request;
        const host = header(request.headers, 'host');
        const byPrefix = match({
          method,
          path: `/${encodeURIComponent(api.name)}${request.path}`,
          host: undefined,
        });
        return host === undefined ? byPrefix : match({ method, path: request.path, host });
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

function ourFindings(
  match: Match,
  check: Check,
  request: Request,
  response: Response | undefined,
): Finding[] {
  if (check === 'response')
    return response === undefined ? [] : validateResponse(match.operation, response, request.method);
  // Prism's validators do not check Accept.
  const findings = validateRequest(match, request).filter(({ code }) => code !== 'accept-unsatisfiable');
  return findings.filter(({ code }) => /^(credentials|security)-/.test(code) === (check === 'security'));
}

/** True if a violation is about the same part of the message as Prism's diagnostic. An exception matches every part. */
function isAboutSamePart({ code, at }: Finding, diagnostic: Diagnostic): boolean {
  if (CATALOGUE[code].kind !== 'violation') return false;
  const [, , part = '', name] = at.split('/');
  const places: Record<string, string> = {
    query: 'query',
    path: 'path',
    cookies: 'cookie',
    headers: 'header',
  };
  const place = name === 'content-type' ? 'message' : (places[part] ?? 'message');
  const about = diagnostic.place === 'body' ? 'message' : diagnostic.place;
  return diagnostic.code === 'threw' || diagnostic.code === '401' || place === about;
}

/** Validates one exchange with both. What only Prism reports must be a listed difference. */
async function compare(peers: Peers, tally: Tally, request: Request, response?: Response): Promise<void> {
  const match = peers.match(request);
  const resource = match.kind === 'operation' ? peers.resource(match.operation) : undefined;
  if (match.kind !== 'operation' || resource === undefined) return;
  // What was not recorded cannot be shown to Prism.
  if (!isRecorded((response ?? request).body)) return;
  const halves: Check[] = response === undefined ? ['security', 'request'] : ['response'];
  const reports = await prismReports(resource, halves, match, request, response);
  for (const check of halves) {
    const diagnostics = reports.get(check) ?? [];
    let findings: readonly Finding[];
    try {
      findings = ourFindings(match, check, request, response);
    } catch (error) {
      tally.unlisted.push(`${show(check, match, request, response)}\n  validation failed: ${error}`);
      continue;
    }
    const unanswered = diagnostics.filter(
      diagnostic => !findings.some(finding => isAboutSamePart(finding, diagnostic)),
    );
    if (unanswered.length === 0) {
      const ours =
        diagnostics.length === 0 && findings.some(({ code }) => CATALOGUE[code].kind === 'violation');
      tally[ours ? 'ours' : 'agreed']++;
      continue;
    }
    const again = await peers.strict(request);
    const strict = again.kind === 'operation' ? ourFindings(again, check, request, response) : [];
    const comparison: Comparison = { check, match, request, response, findings, strict };
    const listed = unanswered.map(diagnostic => isListed(diagnostic, comparison));
    // The errors of every failed branch come with an anyOf or oneOf; one of them can be the reason for all.
    const branching = unanswered.some(({ code }) => code === 'anyOf' || code === 'oneOf');
    if (branching ? listed.includes(true) : !listed.includes(false)) {
      tally.listed++;
      continue;
    }
    const diagnostic = unanswered.map(
      ({ place, path: below, code, message }) => `  Prism: ${place}/${below.join('/')} ${code}: ${message}`,
    );
    const codes = findings.map(({ code }) => code).join(', ') || 'nothing';
    tally.unlisted.push(
      [show(check, match, request, response), ...diagnostic, `  ours: ${codes}`].join('\n'),
    );
  }
}

function show(check: Check, { operation }: Match, request: Request, response: Response | undefined): string {
  const { headers, body } = check === 'response' && response ? response : request;
  const text = isRecorded(body) ? Buffer.from(body).toString() : '';
  return `${check} of ${operation.api.file}: ${operation.method} ${request.path}?${request.query} ${response?.status ?? ''} ${JSON.stringify(headers)} ${text}`;
}

describe('validation reports whatever Prism reports', () => {
  test('for the five documents, with mutated examples', async () => {
    const tally = newTally();
    const isTurn = oneOf(amount(10, 1));
    for (const name of await readdir(path.join(ROOT, 'specs'))) {
      const peers = await open(path.join(ROOT, 'specs', name));
      for (const operation of peers.operations) {
        const validRequest = sampleRequest(operation, '');
        for (const request of mutatedRequests(validRequest, operation.requestBody?.contents ?? []))
          if (isTurn()) await compare(peers, tally, request);
        for (const response of mutatedResponses(operation.responses))
          if (isTurn()) await compare(peers, tally, validRequest, response);
      }
    }
    expectNoUnlisted(tally);
  });

  test('for every case', async () => {
    const tally = newTally();
    const cases = path.join(ROOT, 'test/cases');
    // Documents that one of the two cannot load.
    const notLoaded: string[] = [];
    let total = 0;
    const isTurn = oneOf(amount(3, 1));
    for (const name of await readdir(cases)) {
      const [spec, exchanges] = [
        path.join(cases, name, 'spec.yaml'),
        path.join(cases, name, 'exchange.http'),
      ];
      if (!existsSync(spec) || !existsSync(exchanges) || !isTurn()) continue;
      const peers = await open(spec).catch(() => undefined);
      total++;
      if (peers === undefined) {
        notLoaded.push(name);
        continue;
      }
      for (const { request, response } of parseExchanges(await readFile(exchanges, 'utf8'))) {
        await compare(peers, tally, request);
        if (response !== undefined) await compare(peers, tally, request, response);
      }
    }
    console.log('not loaded:', notLoaded);
    expect(notLoaded.length).toBeLessThan(total / 10);
    expectNoUnlisted(tally);
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
    expectNoUnlisted(tally);
  });

  // A short run meets only some of them.
  if (isLong)
    test('except for the listed differences, each of which occurs', () => {
      console.log(Object.fromEntries(occurred));
      expect(DIFFERENCES.map(({ name }) => name).filter(name => !occurred.has(name))).toEqual([]);
    });
});
