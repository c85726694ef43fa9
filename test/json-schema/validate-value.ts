// Validates values against a schema the way an exchange is validated: an OpenAPI 3.1 document, a response, its findings.
import { Buffer } from 'node:buffer';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { CATALOGUE } from '../../src/finding/catalogue.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { Operation } from '../../src/openapi/model.ts';
import { UnusableSchema } from '../../src/schema/schemas.ts';
import { validateResponse } from '../../src/validate/response.ts';

/** The result for one value. A schema that does not compile is unusable, never valid. */
export type ValueVerdict = 'valid' | 'invalid' | `unusable: ${string}`;

export interface SchemaFiles {
  /** The schemas to validate against, by path. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** Other files that the schemas refer to. */
  readonly others?: Readonly<Record<string, unknown>>;
  readonly assertFormats?: boolean;
}

/**
 * Writes each schema to its own file, so that "#" in it is the schema, and a document with one operation per schema. The
 * document refers to the other files under components, because a file without a reference is not loaded.
 */
export async function createValueValidator({
  schemas,
  others = {},
  assertFormats = false,
}: SchemaFiles): Promise<(name: string, value: unknown) => ValueVerdict> {
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = async (name: string, value: unknown): Promise<void> => {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(value));
  };
  const refer = (name: string) => ({ $ref: encodeURI(`./${name}`) });
  const content = (name: string) => ({ 'application/json': { schema: refer(name) } });
  const names = Object.keys(schemas);
  await write('openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Schemas', version: '1' },
    paths: Object.fromEntries(
      names.map((name, index) => [
        `/${index}`,
        { get: { responses: { 200: { description: 'The value.', content: content(name) } } } },
      ]),
    ),
    components: {
      schemas: Object.fromEntries(Object.keys(others).map((name, index) => [`other${index}`, refer(name)])),
    },
  });
  for (const [name, schema] of [...Object.entries(schemas), ...Object.entries(others)])
    await write(name, schema);
  const { contract } = await loadContract([path.join(folder, 'openapi.json')], {
    relativeTo: folder,
    assertFormats,
  });
  const operations = new Map<string, Operation>(
    names.map((name, index) => [
      name,
      contract.apis[0]?.operations.find(({ path: at }) => at === `/${index}`) as Operation,
    ]),
  );
  return (name, value) => verdict(operations.get(name) as Operation, value);
}

function verdict(operation: Operation, value: unknown): ValueVerdict {
  const body = Buffer.from(JSON.stringify(value));
  try {
    const findings = validateResponse(operation, {
      status: 200,
      headers: { 'content-type': ['application/json'] },
      body,
    });
    return findings.some(({ code }) => CATALOGUE[code].kind === 'violation') ? 'invalid' : 'valid';
  } catch (error) {
    if (error instanceof UnusableSchema) return `unusable: ${error.finding.message}`;
    throw error;
  }
}
