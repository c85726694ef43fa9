// Reads the cases of this folder: one text file each, with a document, a command, a curl line and the expected answer.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A message as it is expected: names of headers in lower case, `(absent)` for one that must not be there. */
export interface Expected {
  /** The status of an answer; the method and path of a request. */
  readonly start: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export interface Case {
  /** `group/name`: the path without `.txt`. */
  readonly name: string;
  readonly title: string;
  /** The text of the document, or `documents/x.yaml`. */
  readonly document: string;
  /** `mock --errors`, without document and port. */
  readonly command: string;
  readonly curl: string;
  readonly expect: Expected;
  /** The request that the receiver of callbacks gets. */
  readonly callback: Expected | undefined;
  /** The request that the upstream gets, with `proxy`. */
  readonly upstream: Expected | undefined;
}

export const folder = import.meta.dirname;

export function readCases(): Case[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.txt') && path.includes('/') && !path.startsWith('documents/'))
    .sort()
    .map(readCase);
}

function readCase(path: string): Case {
  const [title = '', ...pieces] = readFileSync(join(folder, path), 'utf8').split(/^==== (.*)\n/m);
  const parts = new Map<string, string>();
  for (let index = 0; index < pieces.length; index += 2) {
    parts.set(pieces[index] ?? '', (pieces[index + 1] ?? '').trimEnd());
  }
  const part = (name: string): string => {
    const text = parts.get(name);
    if (text === undefined) throw new Error(`${path} has no section "==== ${name}"`);
    return text;
  };
  const unknown = [...parts.keys()].find(
    name => !['document', 'command', 'curl', 'expect', 'callback', 'upstream'].includes(name),
  );
  if (unknown !== undefined) throw new Error(`${path} has an unknown section "==== ${unknown}"`);
  const optional = (name: string) => (parts.has(name) ? readMessage(part(name)) : undefined);
  return {
    name: path.replace(/\.txt$/, ''),
    title: title.trim(),
    document: part('document'),
    command: part('command'),
    curl: part('curl'),
    expect: readMessage(part('expect')),
    callback: optional('callback'),
    upstream: optional('upstream'),
  };
}

function readMessage(text: string): Expected {
  const end = text.indexOf('\n\n');
  const [start = '', ...fields] = (end < 0 ? text : text.slice(0, end)).split('\n');
  return {
    start,
    headers: fields.map(field => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
    }),
    body: end < 0 ? '' : text.slice(end + 2),
  };
}

/** The cases in which Prism gives another answer than the expected one, each with the reason. */
export function readDifferences(): Map<string, string> {
  return new Map(Object.entries(parse(readFileSync(join(folder, 'differences.yaml'), 'utf8')) ?? {}));
}
