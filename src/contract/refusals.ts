// Which declared response refuses an invalid request: the tool's default, and the document's own word in `x-deadringer`.
import { describe } from '../finding/catalogue.ts';
import type { Aspect } from '../finding/entry.ts';
import type { Finding } from '../finding/finding.ts';
import { isObject, type Part, type Sources } from './sources.ts';

export const ASPECTS = [
  'security',
  'media-type',
  'accept',
  'malformed-body',
  'body',
  'parameters',
] as const satisfies Aspect[];

export interface RefusalAnswer {
  readonly status: number;
  /** The named example to answer with; the response's first when undefined. */
  readonly example?: string | undefined;
}

export interface Refusals {
  readonly order: readonly Aspect[];
  readonly answers: Readonly<Partial<Record<Aspect, RefusalAnswer>>>;
}

/** What the extension says at one level, or what is wrong with it; see extension.ts. */
export type ReadExtension = (written: unknown) =>
  | {
      readonly refusals: { readonly [aspect in Aspect]?: RefusalAnswer | undefined } & {
        readonly order?: readonly Aspect[] | undefined;
      };
    }
  | { readonly issues: readonly { readonly path: string; readonly message: string }[] };

const DEFAULTS: Refusals = { order: ASPECTS, answers: {} };

/** Statuses to look for when the document says nothing, most fitting first. */
const USUAL: Readonly<Record<Aspect, readonly number[]>> = {
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
  sources: Sources,
  levels: readonly Part[],
  readExtension: ReadExtension | undefined,
  report: (finding: Finding) => void,
): Refusals {
  if (readExtension === undefined) return DEFAULTS;
  let order = DEFAULTS.order;
  const answers: Partial<Record<Aspect, RefusalAnswer>> = {};
  for (const level of levels) {
    const written = isObject(level.value) ? level.value['x-deadringer'] : undefined;
    if (written === undefined) continue;
    const read = readExtension(written);
    if ('issues' in read) {
      for (const { path, message } of read.issues) {
        const clause = sources.clause({ uri: level.uri, pointer: `${level.pointer}/x-deadringer/${path}` });
        report({ code: 'spec-extension', message: `x-deadringer: ${message}`, at: '', clause });
      }
      continue;
    }
    const { order: ownOrder, ...own } = read.refusals;
    if (ownOrder !== undefined)
      order = [...ownOrder, ...ASPECTS.filter(aspect => !ownOrder.includes(aspect))];
    for (const aspect of ASPECTS) {
      const said = own[aspect];
      if (said !== undefined) answers[aspect] = said;
    }
  }
  return { order, answers };
}

export interface Refusal {
  readonly aspect: Aspect;
  /** The finding that decided. */
  readonly finding: Finding;
  /** What to answer with, most fitting first; the first that the operation declares is taken. */
  readonly candidates: readonly RefusalAnswer[];
}

/** Decides by the first broken aspect in the operation's order. Undefined when nothing in the findings refuses. */
export function refusalFor(refusals: Refusals, findings: readonly Finding[]): Refusal | undefined {
  if (findings.length === 0) return undefined;
  for (const aspect of refusals.order) {
    const finding = findings.find(({ code }) => describe(code).aspect === aspect);
    if (finding === undefined) continue;
    const said =
      refusals.answers[aspect] ?? (aspect === 'malformed-body' ? refusals.answers.body : undefined);
    return {
      aspect,
      finding,
      candidates: [...(said ? [said] : []), ...USUAL[aspect].map(code => ({ status: code }))],
    };
  }
  return undefined;
}
