// Finds the operations closest to an unmatched path, for "did you mean" in error messages.

import { decodePercent } from '../exchange/exchange.ts';
import { editDistance } from '../finding/nearest-word.ts';
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';

const MAX_SUGGESTIONS = 3;

/** Longer paths are compared up to this number of segments: the result only ranks suggestions. */
const MAX_SEGMENTS = 30;

/**
 * @param addressed the APIs that the request names by prefix or host: their operations come first
 * @returns up to three operations, closest path first; of equally close ones, those with the same method first
 */
export function nearestOperations(
  contract: Contract,
  method: string,
  path: string,
  addressed: readonly ApiSpec[],
): Operation[] {
  const requested = segmentsOfPath(path).slice(0, MAX_SEGMENTS);
  const scored: { operation: Operation; score: number }[] = [];
  for (const api of contract.apis) {
    for (const operation of api.operations) {
      // The client may have left out the beginning of the prefix, or the base path.
      const prefix = [api.name.toLowerCase(), ...segmentsOfPath(operation.servers[0]?.basePath ?? '')];
      const prefixes = [[], prefix.slice(0, 1), ...prefix.map((_, index) => prefix.slice(index))];
      const template = segmentsOfPath(operation.path);
      const distance = Math.min(
        ...prefixes.map(before => segmentDistance(requested, [...before, ...template])),
      );
      const ofOther = addressed.length > 0 && !addressed.includes(api);
      const score = distance + (operation.method === method ? 0 : 0.25);
      scored.push({ operation, score: ofOther ? score + 10 * MAX_SEGMENTS : score });
    }
  }
  scored.sort((left, right) => left.score - right.score);
  return scored.slice(0, MAX_SUGGESTIONS).map(({ operation }) => operation);
}

function segmentsOfPath(path: string): string[] {
  return path
    .split('/')
    .filter(segment => segment !== '')
    .map(segment => decodePercent(segment).toLowerCase());
}

/** Edit distance in segments. A template variable matches any segment at cost 0.1; a similar segment costs 0.5. */
function segmentDistance(requested: readonly string[], template: readonly string[]): number {
  let row = Array.from({ length: template.length + 1 }, (_, index) => index);
  for (const [i, segment] of requested.entries()) {
    const next = [i + 1];
    for (const [j, expected] of template.entries()) {
      const change =
        expected === segment
          ? 0
          : expected.startsWith('{')
            ? 0.1
            : editDistance(segment, expected) <= 2
              ? 0.5
              : 1;
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + change));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
