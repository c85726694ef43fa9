// The cases of the JSON Schema Test Suite for 2020-12, as they lie in test/json-schema/suite.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Group {
  /** The file below tests/, without its ending: "optional/anchor". */
  readonly file: string;
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly {
    readonly description: string;
    readonly data: unknown;
    readonly valid: boolean;
  }[];
}

const ROOT = path.join(import.meta.dirname, 'suite');

function* jsonFiles(folder: string): Generator<[string, string]> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.json')) yield [name, readFileSync(path.join(folder, name), 'utf8')];
  }
}

export function suite(): Group[] {
  return [...jsonFiles(path.join(ROOT, 'tests'))].flatMap(([name, text]) =>
    (JSON.parse(text) as Omit<Group, 'file'>[]).map(group => ({
      ...group,
      file: name.replace(/\.json$/, ''),
    })),
  );
}

const SERVED = 'http://localhost:1234/draft2020-12/';

/**
 * The files that the suite expects to be served. Nothing is fetched here, so each carries the address it would be
 * fetched from as its `$id`, which is how JSON Schema bundles documents (2020-12 core, 9.3).
 */
const REMOTES: Readonly<Record<string, Record<string, unknown>>> = Object.fromEntries(
  [...jsonFiles(path.join(ROOT, 'remotes'))].map(([name, text]) => {
    const schema = JSON.parse(text) as Record<string, unknown>;
    const $id = new URL(String(schema.$id ?? ''), SERVED + name).href;
    return [name, { ...schema, $id }];
  }),
);

/** The remote files that a schema names, and those that they name in turn. */
export function remotesOf(schema: unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const todo = [JSON.stringify(schema)];
  for (let text = todo.pop(); text !== undefined; text = todo.pop()) {
    for (const [name, remote] of Object.entries(REMOTES)) {
      if (`remotes/${name}` in found || !text.includes(path.basename(name))) continue;
      found[`remotes/${name}`] = remote;
      todo.push(JSON.stringify(remote));
    }
  }
  return found;
}
