// Loads a document with one operation for each of some random schemas, which its response has.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { loadContract } from '../../src/openapi/load.ts';
import type { Operation } from '../../src/openapi/model.ts';
import type { RandomSchemas } from './satisfiable-schemas.ts';

export async function loadOperations(schemas: readonly RandomSchemas[]): Promise<readonly Operation[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const rename = (value: unknown, index: number): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll('#/components/schemas/', `#/components/schemas/s${index}_`));
  const document = {
    openapi: '3.1.0',
    info: { title: 'Random', version: '1' },
    paths: Object.fromEntries(
      schemas.map(({ root }, index) => [
        `/${index}`,
        {
          get: {
            responses: {
              200: { description: '', content: { 'application/json': { schema: rename(root, index) } } },
            },
          },
        },
      ]),
    ),
    components: {
      schemas: Object.fromEntries(
        schemas.flatMap(({ components }, index) =>
          Object.entries(components).map(([name, schema]) => [`s${index}_${name}`, rename(schema, index)]),
        ),
      ),
    },
  };
  await writeFile(path.join(folder, 'api.json'), JSON.stringify(document));
  const { contract } = await loadContract([path.join(folder, 'api.json')], { relativeTo: folder });
  return contract.apis[0]?.operations ?? [];
}
