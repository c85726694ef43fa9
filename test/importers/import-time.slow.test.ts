// The time of an import grows with its input, and not faster.
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { describeImport } from '../../src/importers/describe-import.ts';
import { importFiles } from '../../src/importers/import-files.ts';
import type { Imported } from '../../src/importers/model.ts';
import { readInputs } from '../../src/importers/read-inputs.ts';
import { writeImport } from '../../src/importers/write-import.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { Contract } from '../../src/openapi/model.ts';
import { cpuTimeOf, growsBeyond } from '../cpu-time.ts';

const SIZES = { from: 500, to: 2000 };

const wireMock = (count: number): object => ({
  mappings: Array.from({ length: count }, (_, index) => ({
    request: { method: 'GET', urlPath: `/things/${index}`, headers: { A: { matches: `a${index}+` } } },
    response: { status: 200, jsonBody: { index }, headers: { 'Content-Type': 'application/json' } },
  })),
});

const mockoon = (count: number): object => ({
  lastMigration: 33,
  routes: Array.from({ length: count }, (_, index) => ({
    ...{ uuid: `r${index}`, type: 'http', method: 'post', endpoint: `things/${index}/parts/:id` },
    responses: [{ statusCode: 201, body: `{"id":"{{urlParam 'id'}}","no":${index}}` }],
  })),
});

test.each([
  ['wiremock', wireMock],
  ['mockoon', mockoon],
])('%s', async (_, write) => {
  const inputs = new Map<number, { imported: Imported; contract: Contract }>();
  for (const size of Object.values(SIZES)) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-import-'));
    const [file, document] = [path.join(folder, 'rules.json'), path.join(folder, 'api.yaml')];
    writeFileSync(file, JSON.stringify(write(size)));
    const imported = await importFiles(readInputs(file, file), undefined);
    writeFileSync(document, describeImport(imported, 'api', 'rules.json'));
    const { contract } = await loadContract([`api=${document}`], { relativeTo: folder });
    inputs.set(size, { imported, contract });
  }
  const cost = (size: number): number => {
    const { imported, contract } = inputs.get(size) as { imported: Imported; contract: Contract };
    return cpuTimeOf(() => {
      describeImport(imported, 'api', 'rules.json');
      expect(writeImport(contract, imported, 'rules.json', true).files).toHaveLength(1);
    });
  };
  expect(growsBeyond(cost, { ...SIZES, factor: 8, noise: 100 })).toBe(false);
});
