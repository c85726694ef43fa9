// Finds the operation of a path that names no API: a document answers at the root where no other claims the path.

import { decodePercent } from '../exchange/exchange.ts';
import type { ApiSpec } from '../openapi/model.ts';
import type { Routes } from './routes.ts';
import type { TrieEntry, TrieMatch } from './trie.ts';

/** Several documents claim the path, so none answers at the root. */
export interface Ambiguous {
  readonly kind: 'ambiguous';
  /** The path templates, each with its API. */
  readonly claims: readonly { readonly api: ApiSpec; readonly path: string }[];
}

/**
 * The document of the most exact path responds, also if it does not declare the method. Below a base path comes before the
 * path as the document writes it; two documents that claim a path in the same of these forms exclude each other.
 * A path that begins with the name of an API must begin with this text in the document as well.
 */
export function findAtRoot(
  { all, byName }: Routes,
  pieces: readonly string[],
  method: string,
): TrieMatch | Ambiguous | undefined {
  const isNamed = byName.size > 1 && byName.has(decodePercent(pieces[0] ?? ''));
  let owner: ApiSpec | undefined;
  let claims: Ambiguous['claims'] = [];
  const match = all.find(pieces, method, entries => {
    if (claims.length > 0) return [];
    const possible = isNamed ? entries.filter(beginsWithText) : entries;
    const selected = claimsOf(possible);
    const isShared = apisOf(selected).length > 1;
    if (isShared && (owner === undefined || selected.some(entry => isCall(entry, owner, method)))) {
      claims = apisOf(selected).flatMap(api => {
        const operation = selected.find(each => each.operation.api === api)?.operation;
        return operation === undefined ? [] : [{ api, path: operation.path }];
      });
      return [];
    }
    owner ??= selected[0]?.operation.api;
    return isShared || selected[0]?.operation.api !== owner ? [] : selected;
  });
  return claims.length > 0 ? { kind: 'ambiguous', claims } : match;
}

/** The operations below a base path, else those without; the form that several documents have comes first. */
function claimsOf(entries: readonly TrieEntry[]): readonly TrieEntry[] {
  const api = entries[0]?.operation.api;
  if (entries.every(each => each.operation.api === api)) return entries;
  const [based = [], bare = []] = [true, false].map(isBased =>
    entries.filter(({ server }) => (server !== undefined) === isBased),
  );
  return based.length === 0 || apisOf(bare).length > 1 ? bare : based;
}

function apisOf(entries: readonly TrieEntry[]): ApiSpec[] {
  return [...new Set(entries.map(({ operation }) => operation.api))];
}

function isCall({ operation }: TrieEntry, api: ApiSpec | undefined, method: string): boolean {
  return operation.api === api && operation.method === method;
}

function beginsWithText({ operation, server }: TrieEntry): boolean {
  return (server?.segments[0] ?? operation.segments[0])?.kind === 'literal';
}
