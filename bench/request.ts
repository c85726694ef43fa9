// The documented call that every server gets, with its documented answers: the first examples of BonifiQ's PUT.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const SPEC = 'specs/bonifiq.yaml';

/** A request as it is sent: every server gets the same bytes. */
export interface BenchRequest {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface DocumentedCall {
  readonly request: BenchRequest;
  /** JSON text of the documented 200. */
  readonly answer: string;
  /** JSON text of the documented 400 for a body that does not match its schema. */
  readonly refusal: string;
}

interface Media {
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}

interface PutOperation {
  readonly parameters: readonly { readonly example: string }[];
  readonly requestBody: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Media>> }>>;
}

interface BonifiqDocument {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, { readonly put: PutOperation }>>;
}

/** @param spec the text of specs/bonifiq.yaml */
export function readCall(spec: string): DocumentedCall {
  const document = parse(spec) as BonifiqDocument;
  const [template = '', { put } = unexpected('it has no path')] = Object.entries(document.paths)[0] ?? [];
  const id = put.parameters[0]?.example ?? unexpected('its parameter has no example');
  return {
    request: {
      method: 'PUT',
      path: template.replace('{id}', encodeURIComponent(id)),
      headers: {
        // deadringer serves five APIs on one port and routes by the Host header; the other servers ignore it.
        host: new URL(document.servers[0]?.url ?? unexpected('it names no server')).host,
        authorization: `Basic ${Buffer.from('key:secret').toString('base64')}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify(firstExample(put.requestBody.content)),
    },
    answer: JSON.stringify(firstExample(put.responses['200']?.content ?? unexpected('it has no 200'))),
    refusal: JSON.stringify(firstExample(put.responses['400']?.content ?? unexpected('it has no 400'))),
  };
}

function firstExample(content: Readonly<Record<string, Media>>): unknown {
  const [first] = Object.values(content['application/json']?.examples ?? {});
  return first?.value ?? unexpected('an example is missing');
}

function unexpected(reason: string): never {
  throw new Error(`${SPEC} is not what the benchmark expects: ${reason}`);
}

export function readSpec(root: URL): string {
  return readFileSync(new URL(SPEC, root), 'utf8');
}
