// Reads the cases of the JSON Schema Test Suite for 2020-12 from test/json-schema/suite.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Group {
  /** The path below tests/ without extension: "optional/anchor". */
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

const REMOTE_BASE = 'http://localhost:1234/draft2020-12/';

/**
 * The files that the suite expects to be fetched over HTTP. The validator fetches nothing, so each file gets its URL as
 * `$id`, as in a compound document (2020-12 core, 9.3).
 */
const REMOTES: Readonly<Record<string, Record<string, unknown>>> = Object.fromEntries(
  [...jsonFiles(path.join(ROOT, 'remotes'))].map(([name, text]) => {
    const schema = JSON.parse(text) as Record<string, unknown>;
    const $id = new URL(String(schema.$id ?? ''), REMOTE_BASE + name).href;
    return [name, { ...schema, $id }];
  }),
);

/** The remote files that a schema refers to, directly or through other remote files. */
export function remotesOf(schema: unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const pending = [JSON.stringify(schema)];
  for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
    for (const [name, remote] of Object.entries(REMOTES)) {
      if (`remotes/${name}` in found || !text.includes(path.basename(name))) continue;
      found[`remotes/${name}`] = remote;
      pending.push(JSON.stringify(remote));
    }
  }
  return found;
}
