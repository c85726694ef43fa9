// What the five vendors' pages print is valid against the five documents, and breaking any of it is caught.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jsonPointer, valueAt } from '../../src/exchange/json-pointer.ts';
import { catalogueEntry as codeOf } from '../../src/finding/catalogue.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { lint } from '../../src/openapi/lint.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { responseFor } from '../../src/openapi/model.ts';
import { sampleRequest } from '../../src/openapi/sample-request.ts';
import { validateRequest } from '../../src/validate/request.ts';
import { validateResponse } from '../../src/validate/response.ts';

const PAGES = new URL('../pages/', import.meta.url);
const { contract, findings } = await loadContract(['specs'], { relativeTo: process.cwd() });

/** What each page's body cannot do without, by its file. Everything else may be left out. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'masivo.request.json': ['/device_token'],
  'masivo.response-200.json': ['/data'],
  'bunce.response-200.json': [
    '/devices',
    '/devices/0/device_id',
    '/devices/0/device_type',
    '/devices/1/device_id',
    '/devices/1/device_type',
  ],
  'bonifiq.request.json': [],
  'bonifiq.response-200.json': ['/HasError'],
  'deliverect.request.json': [],
  'deliverect.response-200-with-tier.json': ['/providerId'],
  'deliverect.response-200-without-tier.json': ['/providerId'],
  'deliverect.response-400.json': [],
  'imfpush.request.json': [],
  'imfpush.response-200.json': ['/deviceId'],
};

/** Members without a type: the page prints 9.95 beside `primitive: "string"`, so any value may stand there. */
const UNTYPED = [/\/conditions\/\d+\/\d+\/value$/];

function judge(file: string, body: unknown): Finding[] {
  const [name, half = ''] = file.split('.');
  const operation = contract.apis.find(api => api.name === name)?.operations[0];
  if (operation === undefined) throw new Error(`no operation for ${file}`);
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { 'content-type': ['application/json'] };
  if (half === 'request') {
    const sample = sampleRequest(operation, '');
    const values = Object.fromEntries(operation.parameters.map(parameter => [parameter.name, 'x']));
    const request = { ...sample, headers: { ...sample.headers, ...headers }, body: bytes };
    return violations(validateRequest({ kind: 'operation', operation, pathValues: values }, request));
  }
  return violations(
    validateResponse(operation, { status: Number(/\d{3}/.exec(half)?.[0]), headers, body: bytes }),
  );
}

function violations(all: readonly Finding[]): Finding[] {
  return all.filter(({ code }) => codeOf(code).kind === 'violation');
}

/** Every pointer into a value, the root left out. */
function places(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    at + jsonPointer(key),
    ...places(inner, at + jsonPointer(key)),
  ]);
}

function changed(
  body: unknown,
  place: string,
  change: (holder: Record<string, unknown>, key: string) => void,
): unknown {
  const copy: unknown = structuredClone(body);
  const cut = place.lastIndexOf('/');
  change(valueAt(copy, place.slice(0, cut)) as Record<string, unknown>, place.slice(cut + 1));
  return copy;
}

test('the five documents load and lint without a finding', () => {
  expect(contract.apis.map(({ name }) => name)).toEqual([
    'bonifiq',
    'bunce',
    'deliverect',
    'imfpush',
    'masivo',
  ]);
  expect(contract.apis.flatMap(({ operations }) => operations.map(({ id }) => id))).toEqual([
    'updateCustomer',
    'createCustomerDevices',
    'createLoyaltyCustomer',
    'updateDeviceRegistration',
    'registerCustomerDevice',
  ]);
  expect([...findings, ...lint(contract)]).toEqual([]);
});

test('every page body has its expectation here', () => {
  expect(readdirSync(PAGES).sort()).toEqual(Object.keys(REQUIRED).sort());
});

for (const [file, required] of Object.entries(REQUIRED)) {
  const body = JSON.parse(readFileSync(new URL(file, PAGES), 'utf8')) as unknown;

  describe(file, () => {
    test('is valid as printed', () => {
      expect(judge(file, body)).toEqual([]);
    });

    test('stands in the document as a named example', () => {
      const [name, half = ''] = file.split('.');
      const operation = contract.apis.find(api => api.name === name)?.operations[0];
      const contents =
        half === 'request'
          ? operation?.requestBody?.contents
          : operation && responseFor(operation, Number(/\d{3}/.exec(half)?.[0]))?.contents;
      expect(contents?.flatMap(({ examples }) => examples.map(({ value }) => value))).toContainEqual(body);
    });

    test('may miss any member but the required ones', () => {
      const members = places(body).filter(place => !/\/\d+$/.test(place));
      const missed = members.filter(
        place =>
          judge(
            file,
            changed(body, place, (holder, key) => delete holder[key]),
          ).length > 0,
      );
      expect(missed).toEqual(required);
    });

    test('is broken by a wrong type anywhere', () => {
      const typed = places(body).filter(place => !UNTYPED.some(pattern => pattern.test(place)));
      expect(typed.length).toBeGreaterThan(0);
      const unnoticed = typed.filter(place => {
        const wrong = Array.isArray(valueAt(body, place)) ? 'text' : [['wrong']];
        const broken = judge(
          file,
          changed(body, place, (holder, key) => {
            holder[key] = wrong;
          }),
        );
        return !broken.some(
          ({ at }) => at.includes(place) || place.startsWith(at.replace(/^\/\w+\/body/, '')),
        );
      });
      expect(unnoticed).toEqual([]);
    });
  });
}

test('the longest user id has 254 characters', () => {
  const file = 'imfpush.request.json';
  expect(judge(file, { userId: 'x'.repeat(254) })).toEqual([]);
  expect(judge(file, { userId: '😀'.repeat(254) })).toEqual([]);
  expect(judge(file, { userId: 'x'.repeat(255) }).map(({ message }) => message)).toEqual([
    'request body /userId must have at most 254 characters, has 255',
  ]);
});

test('what is not on the pages can be filtered out, and what is left still lints', async () => {
  for (const provenance of [[], ['vendor'], ['vendor', 'vendor-code']]) {
    const filtered = await loadContract(['specs'], { relativeTo: process.cwd(), provenance });
    expect([...filtered.findings, ...lint(filtered.contract)]).toEqual([]);
  }
  const { contract: page } = await loadContract(['specs'], { relativeTo: process.cwd(), provenance: [] });
  const statuses = page.apis.map(({ name, operations }) => [
    name,
    operations[0]?.responses.map(({ status }) => status),
  ]);
  expect(Object.fromEntries(statuses)).toEqual({
    bonifiq: ['200'],
    bunce: ['200'],
    deliverect: ['200', '400'],
    imfpush: ['200', '400', '401', '404', '405', '406', '500'],
    masivo: ['200'],
  });
});
