// Selects the declared response that refuses an invalid request: by default, or by `x-deadringer` of the document.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { catalogueEntry } from '../finding/catalogue.ts';
import type { RefusalReason } from '../finding/catalogue-entry.ts';
import type { Finding } from '../finding/finding.ts';

/** In their default order. */
export const REFUSAL_REASONS = [
  'security',
  'media-type',
  'accept',
  'malformed-body',
  'body',
  'parameters',
] as const satisfies RefusalReason[];

export interface RefusalResponse {
  readonly status: number;
  /** The name of the example to send; undefined: the first one. */
  readonly example?: string | undefined;
}

export interface Refusals {
  /** Every reason, highest priority first. */
  readonly order: readonly RefusalReason[];
  readonly responses: Readonly<Partial<Record<RefusalReason, RefusalResponse>>>;
}

/** Reads the value of `x-deadringer` at one level. @returns the refusals, or the issues of an invalid value */
export type ReadRefusalExtension = (extension: unknown) =>
  | {
      readonly refusals: { readonly [reason in RefusalReason]?: RefusalResponse | undefined } & {
        readonly order?: readonly RefusalReason[] | undefined;
      };
    }
  | { readonly issues: readonly { readonly path: string; readonly message: string }[] };

export const DEFAULT_REFUSALS: Refusals = { order: REFUSAL_REASONS, responses: {} };

/** Statuses to look for without an extension, best first. */
const DEFAULT_STATUSES: Readonly<Record<RefusalReason, readonly number[]>> = {
  security: [401],
  'media-type': [415, 422, 400],
  accept: [406],
  'malformed-body': [400, 422],
  body: [422, 400],
  parameters: [422, 400],
};

/**
 * Reads the extension of each level, outermost first; inner levels override key by key.
 * @param readExtension undefined: the extension is not read, and the defaults apply
 */
export function readRefusals(
  documents: DocumentSet,
  levels: readonly DocumentNode[],
  readExtension: ReadRefusalExtension | undefined,
  report: (finding: Finding) => void,
): Refusals {
  if (readExtension === undefined) return DEFAULT_REFUSALS;
  let order = DEFAULT_REFUSALS.order;
  const responses: Partial<Record<RefusalReason, RefusalResponse>> = {};
  for (const level of levels) {
    const extension = isObject(level.value) ? level.value['x-deadringer'] : undefined;
    if (extension === undefined) continue;
    const read = readExtension(extension);
    if ('issues' in read) {
      for (const { path, message } of read.issues) {
        const location = documents.locate({
          uri: level.uri,
          pointer: `${level.pointer}/x-deadringer/${path}`,
        });
        report({ code: 'spec-extension', message: `x-deadringer: ${message}`, at: '', location });
      }
      continue;
    }
    const { order: declaredOrder, ...declaredResponses } = read.refusals;
    if (declaredOrder !== undefined)
      order = [...declaredOrder, ...REFUSAL_REASONS.filter(reason => !declaredOrder.includes(reason))];
    for (const reason of REFUSAL_REASONS) {
      const declared = declaredResponses[reason];
      if (declared !== undefined) responses[reason] = declared;
    }
  }
  return { order, responses };
}

export interface Refusal {
  readonly reason: RefusalReason;
  /** The finding that refuses the request. */
  readonly finding: Finding;
  /** Responses, best first: the first that the operation declares is sent. */
  readonly candidates: readonly RefusalResponse[];
}

/** Finds the first reason, in the operation's order, that has a finding. @returns undefined when no finding refuses the request */
export function findRefusal(refusals: Refusals, findings: readonly Finding[]): Refusal | undefined {
  if (findings.length === 0) return undefined;
  for (const reason of refusals.order) {
    const finding = findings.find(({ code }) => catalogueEntry(code).refusalReason === reason);
    if (finding === undefined) continue;
    const declared =
      refusals.responses[reason] ?? (reason === 'malformed-body' ? refusals.responses.body : undefined);
    return {
      reason,
      finding,
      candidates: [
        ...(declared ? [declared] : []),
        ...DEFAULT_STATUSES[reason].map(code => ({ status: code })),
      ],
    };
  }
  return undefined;
}
