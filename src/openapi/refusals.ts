// Which declared response refuses an invalid request: the tool's default, and the document's own word in `x-deadringer`.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { catalogueEntry } from '../finding/catalogue.ts';
import type { RefusalReason } from '../finding/catalogue-entry.ts';
import type { Finding } from '../finding/finding.ts';

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
  /** The named example to answer with; the response's first when undefined. */
  readonly example?: string | undefined;
}

export interface Refusals {
  readonly order: readonly RefusalReason[];
  readonly responses: Readonly<Partial<Record<RefusalReason, RefusalResponse>>>;
}

/** What the extension says at one level, or what is wrong with it; see extension.ts. */
export type ReadRefusalExtension = (written: unknown) =>
  | {
      readonly refusals: { readonly [aspect in RefusalReason]?: RefusalResponse | undefined } & {
        readonly order?: readonly RefusalReason[] | undefined;
      };
    }
  | { readonly issues: readonly { readonly path: string; readonly message: string }[] };

const DEFAULT_REFUSALS: Refusals = { order: REFUSAL_REASONS, responses: {} };

/** Statuses to look for when the document says nothing, most fitting first. */
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
 * @param readExtension undefined when nobody asks how requests are refused
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
    const { order: ownOrder, ...own } = read.refusals;
    if (ownOrder !== undefined)
      order = [...ownOrder, ...REFUSAL_REASONS.filter(reason => !ownOrder.includes(reason))];
    for (const reason of REFUSAL_REASONS) {
      const declared = own[reason];
      if (declared !== undefined) responses[reason] = declared;
    }
  }
  return { order, responses };
}

export interface Refusal {
  readonly reason: RefusalReason;
  /** The finding that decided. */
  readonly finding: Finding;
  /** What to answer with, most fitting first; the first that the operation declares is taken. */
  readonly candidates: readonly RefusalResponse[];
}

/** Decides by the first broken aspect in the operation's order. Undefined when nothing in the findings refuses. */
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
