// Reads `x-deadringer` of the document, its path items and operations: inner levels override outer ones key by key.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import type { Finding } from '../finding/finding.ts';
import { type DeclaredRateLimit, NO_RATE_LIMIT, overrideRateLimit, type RateLimit } from './rate-limit.ts';
import { DEFAULT_REFUSALS, type DeclaredRefusals, overrideRefusals, type Refusals } from './refusals.ts';
import { type DeclaredState, overrideState, type StateSettings } from './state-settings.ts';

export type ExtensionLevel = 'document' | 'path item' | 'operation';

/** Reads the value of `x-deadringer` at one level. @returns what it declares, or the issues of an invalid value */
export type ReadExtension = (
  extension: unknown,
  level: ExtensionLevel,
) =>
  | {
      readonly refusals?: DeclaredRefusals | undefined;
      readonly state?: DeclaredState | undefined;
      readonly 'rate-limit'?: DeclaredRateLimit | undefined;
    }
  | { readonly issues: readonly { readonly path: string; readonly message: string }[] };

/** What the extension says about one operation. */
export interface OperationExtension {
  readonly refusals: Refusals;
  /** False: a stateful mock answers the operation as documented. */
  readonly state: false | StateSettings;
  readonly rateLimit: RateLimit;
}

export const NO_EXTENSION: OperationExtension = {
  refusals: DEFAULT_REFUSALS,
  state: {},
  rateLimit: NO_RATE_LIMIT,
};

/**
 * Reads the extension of each level of an operation.
 * @param levels the document, path items, and last the operation
 * @param readExtension undefined: the extension is not read, and the defaults apply
 */
export function readExtensionLevels(
  documents: DocumentSet,
  levels: readonly DocumentNode[],
  readExtension: ReadExtension | undefined,
  report: (finding: Finding) => void,
): OperationExtension {
  let declared = NO_EXTENSION;
  if (readExtension === undefined) return declared;
  for (const [index, level] of levels.entries()) {
    const extension = isObject(level.value) ? level.value['x-deadringer'] : undefined;
    if (extension === undefined) continue;
    const read = readExtension(extension, levelAt(index, levels.length));
    if ('issues' in read) {
      for (const { path, message } of read.issues) {
        const pointer = `${level.pointer}/x-deadringer/${path}`;
        const location = documents.locate({ uri: level.uri, pointer });
        report({ code: 'spec-extension', message: `x-deadringer: ${message}`, at: '', location });
      }
      continue;
    }
    declared = {
      refusals: overrideRefusals(declared.refusals, read.refusals),
      state: overrideState(declared.state, read.state),
      rateLimit: overrideRateLimit(declared.rateLimit, read['rate-limit'], level),
    };
  }
  return declared;
}

function levelAt(index: number, count: number): ExtensionLevel {
  if (index === 0) return 'document';
  return index === count - 1 ? 'operation' : 'path item';
}
