// Selects the declared response that refuses an invalid request: by default, or by `x-deadringer` of the document.

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

/** What `x-deadringer.refusals` declares at one level. */
export type DeclaredRefusals = { readonly [reason in RefusalReason]?: RefusalResponse | undefined } & {
  readonly order?: readonly RefusalReason[] | undefined;
};

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

/** The refusals of an outer level, overridden key by key by those of an inner one. */
export function overrideRefusals(outer: Refusals, inner: DeclaredRefusals | undefined): Refusals {
  if (inner === undefined) return outer;
  const { order } = inner;
  const responses: Partial<Record<RefusalReason, RefusalResponse>> = { ...outer.responses };
  for (const reason of REFUSAL_REASONS) {
    const declared = inner[reason];
    if (declared !== undefined) responses[reason] = declared;
  }
  return {
    order:
      order === undefined
        ? outer.order
        : [...order, ...REFUSAL_REASONS.filter(reason => !order.includes(reason))],
    responses,
  };
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
