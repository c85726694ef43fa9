// Judges values by a schema the way an exchange is judged: a written OpenAPI 3.1 document, a response, its findings.
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

/** What the judge says of one value; a schema that cannot be used says so instead of letting anything pass. */
export type Verdict = 'valid' | 'invalid' | `unusable: ${string}`;

export interface Written {
  /** By path, and judged one by one. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** Files beside them, which only references name. */
  readonly others?: Readonly<Record<string, unknown>>;
  readonly assertFormats?: boolean;
}

/**
 * Writes each schema as a file of its own, so that "#" in it means itself, and a document with one operation a schema.
 * The other files are named under components, because a file that nothing refers to is not read.
 */
export async function judgeOf({
  schemas,
  others = {},
  assertFormats = false,
}: Written): Promise<(name: string, value: unknown) => Verdict> {
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
        { get: { responses: { 200: { description: 'It.', content: content(name) } } } },
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

function verdict(operation: Operation, value: unknown): Verdict {
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
