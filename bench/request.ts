// The one request that every peer gets, and the answer that every peer must give: the first examples of BonifiQ's PUT.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const SPEC = 'specs/bonifiq.yaml';

/** As sent, so that no peer spends time on what another is spared. */
export interface BenchRequest {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Asked {
  readonly request: BenchRequest;
  /** JSON text of the documented success. */
  readonly answer: string;
  /** JSON text of what the document answers a body with that breaks its schema, under status 400. */
  readonly refusal: string;
}

interface Media {
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}

/** @param spec the text of specs/bonifiq.yaml */
export function readRequest(spec: string): Asked {
  const document = parse(spec) as {
    servers: { url: string }[];
    paths: Record<
      string,
      Record<
        'put',
        {
          parameters: { example: string }[];
          requestBody: { content: Record<string, Media> };
          responses: Record<string, { content: Record<string, Media> }>;
        }
      >
    >;
  };
  const [template = '', { put } = never('it has no path')] = Object.entries(document.paths)[0] ?? [];
  const id = put.parameters[0]?.example ?? never('its parameter has no example');
  return {
    request: {
      method: 'PUT',
      path: template.replace('{id}', encodeURIComponent(id)),
      headers: {
        // deadringer serves five APIs on its port and knows this one by its host; to the others it is a name like any other.
        host: new URL(document.servers[0]?.url ?? never('it names no server')).host,
        authorization: `Basic ${Buffer.from('key:secret').toString('base64')}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify(firstExample(put.requestBody.content)),
    },
    answer: JSON.stringify(firstExample(put.responses['200']?.content ?? never('it has no 200'))),
    refusal: JSON.stringify(firstExample(put.responses['400']?.content ?? never('it has no 400'))),
  };
}

function firstExample(content: Readonly<Record<string, Media>>): unknown {
  const [first] = Object.values(content['application/json']?.examples ?? {});
  return first?.value ?? never('an example is missing');
}

function never(why: string): never {
  throw new Error(`${SPEC} is not what the benchmark expects: ${why}`);
}

export function readSpec(root: URL): string {
  return readFileSync(new URL(SPEC, root), 'utf8');
}
