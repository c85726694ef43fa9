// The examples on the pages of the five vendors are valid for the five documents, and every change that is invalid is found.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jsonPointer, valueAt } from '../../src/exchange/json-pointer.ts';
import { catalogueEntry as codeOf } from '../../src/finding/catalogue.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { responseFor } from '../../src/openapi/model.ts';
import { sampleRequest } from '../../src/openapi/sample-request.ts';
import { lint } from '../../src/validate/lint.ts';
import { validateRequest } from '../../src/validate/request.ts';
import { validateResponse } from '../../src/validate/response.ts';

const PAGES = new URL('../pages/', import.meta.url);
const { contract, findings } = await loadContract(['specs'], { relativeTo: process.cwd() });

/** The required members of the body of each page, by file. All others may be omitted. */
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

/** Members without a type: the page has 9.95 next to `primitive: "string"`, so the schema allows any value. */
const UNTYPED = [/\/conditions\/\d+\/\d+\/value$/];

function violationsIn(file: string, body: unknown): Finding[] {
  const [name, side = ''] = file.split('.');
  const operation = contract.apis.find(api => api.name === name)?.operations[0];
  if (operation === undefined) throw new Error(`no operation for ${file}`);
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { 'content-type': ['application/json'] };
  if (side === 'request') {
    const sample = sampleRequest(operation, '');
    const values = Object.fromEntries(operation.parameters.map(parameter => [parameter.name, 'x']));
    const request = { ...sample, headers: { ...sample.headers, ...headers }, body: bytes };
    return violations(validateRequest({ kind: 'operation', operation, pathValues: values }, request));
  }
  return violations(
    validateResponse(operation, { status: Number(/\d{3}/.exec(side)?.[0]), headers, body: bytes }),
  );
}

function violations(all: readonly Finding[]): Finding[] {
  return all.filter(({ code }) => codeOf(code).kind === 'violation');
}

/** Every JSON Pointer into a value, without the root. */
function pointersIn(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    at + jsonPointer(key),
    ...pointersIn(inner, at + jsonPointer(key)),
  ]);
}

function withChange(
  body: unknown,
  pointer: string,
  change: (object: Record<string, unknown>, key: string) => void,
): unknown {
  const copy: unknown = structuredClone(body);
  const cut = pointer.lastIndexOf('/');
  change(valueAt(copy, pointer.slice(0, cut)) as Record<string, unknown>, pointer.slice(cut + 1));
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

test('every file of the pages has an entry in REQUIRED', () => {
  expect(readdirSync(PAGES).sort()).toEqual(Object.keys(REQUIRED).sort());
});

for (const [file, required] of Object.entries(REQUIRED)) {
  const body = JSON.parse(readFileSync(new URL(file, PAGES), 'utf8')) as unknown;

  describe(file, () => {
    test('is valid as on the page', () => {
      expect(violationsIn(file, body)).toEqual([]);
    });

    test('is a named example of the document', () => {
      const [name, side = ''] = file.split('.');
      const operation = contract.apis.find(api => api.name === name)?.operations[0];
      const contents =
        side === 'request'
          ? operation?.requestBody?.contents
          : operation && responseFor(operation, Number(/\d{3}/.exec(side)?.[0]))?.contents;
      expect(contents?.flatMap(({ examples }) => examples.map(({ value }) => value))).toContainEqual(body);
    });

    test('is valid without any member except the required ones', () => {
      const members = pointersIn(body).filter(pointer => !/\/\d+$/.test(pointer));
      const missing = members.filter(
        pointer =>
          violationsIn(
            file,
            withChange(body, pointer, (object, key) => delete object[key]),
          ).length > 0,
      );
      expect(missing).toEqual(required);
    });

    test('is invalid with a wrong type anywhere', () => {
      const typed = pointersIn(body).filter(pointer => !UNTYPED.some(pattern => pattern.test(pointer)));
      expect(typed.length).toBeGreaterThan(0);
      const undetected = typed.filter(pointer => {
        const wrong = Array.isArray(valueAt(body, pointer)) ? 'text' : [['wrong']];
        const violationsOfChange = violationsIn(
          file,
          withChange(body, pointer, (object, key) => {
            object[key] = wrong;
          }),
        );
        return !violationsOfChange.some(
          ({ at }) => at.includes(pointer) || pointer.startsWith(at.replace(/^\/\w+\/body/, '')),
        );
      });
      expect(undetected).toEqual([]);
    });
  });
}

test('the longest user id has 254 characters', () => {
  const file = 'imfpush.request.json';
  expect(violationsIn(file, { userId: 'x'.repeat(254) })).toEqual([]);
  expect(violationsIn(file, { userId: '😀'.repeat(254) })).toEqual([]);
  expect(violationsIn(file, { userId: 'x'.repeat(255) }).map(({ message }) => message)).toEqual([
    'request body /userId must have at most 254 characters; got 255',
  ]);
});

test('nodes that are not on the pages can be removed, and the rest lints without findings', async () => {
  for (const provenance of [[], ['vendor'], ['vendor', 'vendor-code']]) {
    const filtered = await loadContract(['specs'], { relativeTo: process.cwd(), provenance });
    expect([...filtered.findings, ...lint(filtered.contract)]).toEqual([]);
  }
  const { contract: pageOnly } = await loadContract(['specs'], { relativeTo: process.cwd(), provenance: [] });
  const statuses = pageOnly.apis.map(({ name, operations }) => [
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
