// Serves a document that is made of schemas: one operation, or several, that respond with them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { startServer } from '../../src/start.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  /** The messages of the findings about the response. */
  readonly findings: readonly string[];
}

export interface ServedSchemas {
  readonly url: string;
  /** Requests the operation of a schema: "/one?__dynamic=true". */
  ask(target: string): Promise<Answer>;
}

type WhenDone = (cleanUp: () => Promise<void>) => void;

interface SchemasToServe {
  readonly version?: '3.0.3' | '3.1.0';
  /** The schema of the response by the path of its operation, without the slash. */
  readonly responses: Readonly<Record<string, unknown>>;
  readonly components?: Readonly<Record<string, unknown>>;
  /** Members of the media type object, such as `example`. */
  readonly media?: Readonly<Record<string, unknown>>;
}

/** @param whenDone by default the server ends with the test */
export async function serveSchemas(
  schemas: SchemasToServe,
  whenDone: WhenDone = onTestFinished,
): Promise<ServedSchemas> {
  return serveText('api.json', JSON.stringify(documentOf(schemas)), whenDone);
}

function documentOf({ version = '3.1.0', responses, components = {}, media = {} }: SchemasToServe): object {
  const operation = (schema: unknown): object => ({
    get: { responses: { 200: { description: 'OK', content: { 'application/json': { schema, ...media } } } } },
  });
  return {
    openapi: version,
    info: { title: 'Schemas', version: '1' },
    paths: Object.fromEntries(
      Object.entries(responses).map(([name, schema]) => [`/${name}`, operation(schema)]),
    ),
    components: { schemas: components },
  };
}

/** Serves a document as the file `name`, whose API must be called "api". */
export async function serveText(
  name: `api.${string}`,
  text: string,
  whenDone: WhenDone = onTestFinished,
): Promise<ServedSchemas> {
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  whenDone(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, name), text);
  const mock = await startServer({ specs: [path.join(folder, name)] });
  whenDone(() => mock.close());
  const findings: string[] = [];
  mock.state.subscribe(event => {
    findings.splice(0, Infinity, ...event.findings.map(({ message }) => message));
  });
  return {
    url: mock.url,
    ask: async target => {
      const response = await fetch(`${mock.url}/api${target}`);
      const body = await response.text();
      return { status: response.status, text: body, findings: [...findings] };
    },
  };
}
