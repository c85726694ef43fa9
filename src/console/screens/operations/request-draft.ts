// The request of "Try it": from the server, valid, and then as a person edits it.
import { control, type Schema } from '../../client.ts';
import { curlCommand } from '../../curl.ts';
import { DEFAULT_SESSION } from '../../router.ts';
import { formatJson } from './format-json.ts';
import { parseHeaders, type RequestDraft, targetOf } from './send-request.ts';

export interface Sample {
  readonly draft: RequestDraft;
  /** Why the mock rejects the request; undefined: it is valid. */
  readonly refusedFor: string | undefined;
}

/** @param seed other values; undefined: those of the document */
export async function readSample(api: string, operation: string, seed: string | undefined): Promise<Sample> {
  const sample = await control('post', '/apis/{api}/operations/{operation}/sample-request', {
    path: { api, operation },
    body: { ...(seed !== undefined && { seed }) },
  });
  return { draft: toDraft(sample), refusedFor: sample.refusedFor?.message };
}

function toDraft({ method, path, query, headers, body = '' }: Schema<'SampleRequest'>): RequestDraft {
  return {
    method,
    path,
    query,
    headers: headers.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    body: formatJson(body) ?? body,
  };
}

/** What is wrong with a body that says it is JSON; undefined: nothing, or it is something else. */
export function jsonMistake({ headers, body }: RequestDraft): string | undefined {
  if (body === '' || !/^content-type:.*[/+]json/im.test(headers)) return undefined;
  try {
    JSON.parse(body);
    return undefined;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

/** @returns undefined while the headers are not valid */
export function draftAsCurl(draft: RequestDraft, session: string): string | undefined {
  try {
    const named = session === DEFAULT_SESSION ? [] : [['x-deadringer-session', session] as const];
    return curlCommand({
      method: draft.method,
      url: location.origin + targetOf(draft),
      headers: [...parseHeaders(draft.headers), ...named],
      body: draft.body,
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
