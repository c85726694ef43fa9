// Loads a document from an object, and lists the findings of exchanges that are written as short objects.
import { Buffer } from 'node:buffer';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Body, EMPTY_BODY, type Exchange, splitTarget } from '../../src/exchange/exchange.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { createMatcher, type Match } from '../../src/routing/match.ts';
import { validateExchange } from '../../src/validate/exchange.ts';

interface ShortMessage {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}
export interface ShortExchange extends ShortMessage {
  /** As "POST /things?limit=1"; of the API "api". */
  readonly line: string;
  readonly response?: (ShortMessage & { readonly status: number }) | undefined;
}

/** @returns a function that validates exchanges against the paths and components of a document */
export async function validatorFor(
  paths: object,
  components: object = {},
  openapi = '3.1.0',
): Promise<(exchange: ShortExchange) => readonly Finding[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'validate-'));
  try {
    const file = path.join(folder, 'api.json');
    const info = { title: 'Judged', version: '1' };
    await writeFile(file, JSON.stringify({ openapi, info, paths, components }));
    const { contract } = await loadContract([file], { relativeTo: folder });
    const findMatch = createMatcher(contract);
    return ({ line, response, ...message }) => {
      const [method = '', target = ''] = line.split(' ');
      const { path: requestPath, query } = splitTarget(`/api${target}`);
      const match = findMatch({ method, path: requestPath, host: undefined });
      if (match.kind !== 'operation') throw new Error(`no operation for ${line}`);
      const exchange: Pick<Exchange, 'request' | 'response'> = {
        request: {
          method,
          path: requestPath,
          query,
          ...complete({ ...message, headers: { host: 'localhost', ...message.headers } }),
        },
        ...(response !== undefined && { response: { status: response.status, ...complete(response) } }),
      };
      return validateExchange(match as Match, exchange).findings;
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function complete({ headers = {}, body }: ShortMessage): {
  headers: Record<string, readonly string[]>;
  body: Body;
} {
  const lists = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
  return { headers: Object.fromEntries(lists), body: body === undefined ? EMPTY_BODY : Buffer.from(body) };
}

/** Findings as "code at". */
export function codes(findings: readonly Finding[]): string[] {
  return findings.map(({ code, at }) => `${code} ${at}`);
}

export const DONE = { 204: { description: 'Done.' } };
export const JSON_TYPE = { 'content-type': 'application/json' };
