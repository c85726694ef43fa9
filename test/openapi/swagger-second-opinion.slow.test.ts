// Published Swagger 2.0 documents, converted by swagger2openapi too: both conversions have the same operations.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { DocumentNode } from '../../src/document/documents.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { ApiSpec, Content, Operation } from '../../src/openapi/model.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const corpus = createRequire(path.join(ROOT, 'corpus/package.json'));
const { convertObj } = corpus('swagger2openapi') as {
  readonly convertObj: (document: object, options: object) => Promise<{ readonly openapi: object }>;
};

const CORPUS = path.join(ROOT, 'corpus/node_modules');
const PATTERNS = [
  '@microsoft.azure/autorest.testserver/{swagger,legacy/swagger}/**/*.json',
  '@readme/oas-examples/2.0/{json,yaml}/*',
  'swagger-zoo/fixtures/**/*.{json,yaml}',
];

const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-second-opinion-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where the conversions differ on purpose, by the line that the comparison writes, with the reason. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /collection-format\.yaml|array\/tsv/,
    'a list that is not separated by commas in a path, or by tabs, is one text here',
  ],
  [/with-boundary/, 'a multipart type with a parameter is multipart here, and urlencoded there'],
  [/warnings\.yaml/, 'a body without a schema has content here, and none there'],
  [/path-reference/, 'an operation by reference is converted here, and left as it is there'],
  [/param-no-response/, 'an operation without responses has none here, and an empty default there'],
];

interface Shape {
  readonly lines: readonly string[];
}

const read = (file: string): object => {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.json') ? JSON.parse(text.replace(/^\uFEFF/, '')) : parse(text);
};

async function shapeOf(file: string): Promise<Shape> {
  const { contract } = await loadContract([file], { relativeTo: folder });
  const [api] = contract.apis as readonly [ApiSpec];
  return { lines: api.operations.flatMap(operation => linesOf(api, operation)).toSorted() };
}

function linesOf(api: ApiSpec, operation: Operation): string[] {
  const at = `${operation.method} ${operation.path}`;
  const schema = (node: DocumentNode | undefined): string => {
    if (node === undefined) return 'none';
    const { value } = api.documents.dereference(node) as { readonly value: Record<string, unknown> };
    return JSON.stringify(
      Object.entries(value ?? {})
        .filter(([key]) => KEYWORDS.has(key))
        .map(([key, each]) => [key, key === 'required' && Array.isArray(each) ? each.toSorted() : each])
        .toSorted(),
      (key, each) => {
        if (key === '$ref') return String(each).replace(/^.*\//, '');
        return each;
      },
    );
  };
  const contents = (list: readonly Content[]): string =>
    list
      .map(content => `${typeOf(content)} ${schema(content.schema)}`)
      .toSorted()
      .join(' | ');
  return [
    at,
    ...operation.parameters.map(
      ({ in: location, name, required, style, explode, schema: node }) =>
        `${at} parameter ${location} ${name} ${required} ${style} ${location === 'path' || location === 'header' ? '' : explode} ${schema(node)}`,
    ),
    ...(operation.requestBody === undefined
      ? []
      : [`${at} body ${operation.requestBody.required} ${contents(operation.requestBody.contents)}`]),
    ...operation.responses.map(
      ({ status, contents: list, headers }) =>
        `${at} response ${status} ${headers.map(({ name }) => name).join(',')} ${contents(list)}`,
    ),
    ...operation.security.map(each => `${at} security ${JSON.stringify(each.map(({ scheme }) => scheme))}`),
  ];
}

/** Without "consumes" or "produces" a body is JSON here, and of any type there. */
const typeOf = ({ mediaType }: Content): string => (mediaType === '*/*' ? 'application/json' : mediaType);

const KEYWORDS = new Set(
  'type format enum minimum maximum minLength maxLength required pattern minItems maxItems'.split(' '),
);

test('both conversions of published documents have the same operations, parameters, bodies and responses', async () => {
  const files = globSync(PATTERNS, { cwd: CORPUS }).filter(file =>
    /"?swagger"?\s*:\s*["']?2/.test(readFileSync(path.join(CORPUS, file), 'utf8')),
  );
  expect(files.length, 'install the documents: npm --prefix corpus ci --ignore-scripts').toBeGreaterThan(100);
  const differences: string[] = [];
  const used = new Set<RegExp>();
  let operations = 0;
  for (const file of files) {
    const absolute = path.join(CORPUS, file);
    const converted = path.join(folder, 'converted.json');
    try {
      const { openapi } = await convertObj(
        { schemes: ['https'], ...read(absolute) },
        { patch: true, warnOnly: true },
      );
      writeFileSync(converted, JSON.stringify(openapi));
    } catch {
      // What it cannot convert gives no second opinion.
      continue;
    }
    const [ours, theirs] = [await shapeOf(absolute), await shapeOf(converted)];
    operations += ours.lines.filter(line => line.split(' ').length === 2).length;
    const only = (one: Shape, other: Shape, mark: string): string[] =>
      one.lines.filter(line => !other.lines.includes(line)).map(line => `${mark} ${file}: ${line}`);
    differences.push(...only(ours, theirs, 'here'), ...only(theirs, ours, 'there'));
  }
  const unexplained = differences.filter(line => {
    const reason = REASONS.find(([pattern]) => pattern.test(line));
    if (reason !== undefined) used.add(reason[0]);
    return reason === undefined;
  });
  expect(operations).toBeGreaterThan(500);
  expect(unexplained).toEqual([]);
  expect(
    REASONS.filter(([pattern]) => !used.has(pattern)),
    'reasons that explain nothing',
  ).toEqual([]);
});
