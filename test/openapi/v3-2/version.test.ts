// Documents of OpenAPI 3.2 are read by the rules of 3.1 where 3.2 has no others.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadContract } from '../../../src/index.ts';
import { run } from '../../cli/program.ts';

test('a document of 3.2.1 with null as a type, $id and the dialect of 3.2 is sound, and lint names its version', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-3-2-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'pets.yaml');
  writeFileSync(
    file,
    `openapi: 3.2.1
info: { title: Pets, version: '1' }
jsonSchemaDialect: https://spec.openapis.org/oas/3.2/dialect/2025-09-17
paths:
  /pets:
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              schema: { $ref: https://example.com/pet }
              example: { name: null }
components:
  schemas:
    Pet: { $id: https://example.com/pet, type: object, properties: { name: { type: [string, 'null'] } } }
`,
  );
  const { contract, findings } = await loadContract([file], { relativeTo: folder });
  expect(findings).toEqual([]);
  expect(contract.apis[0]).toMatchObject({ version: '3.2', format: 'OpenAPI 3.2.1' });
  const { code, out } = await run('lint', file);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('(OpenAPI 3.2.1)') });
});
