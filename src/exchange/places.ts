// Keeps account of what redaction replaces: which secrets, where, and by what.
import { decodePercent } from './exchange.ts';
import { mask, maskNumber, type SecretTest, splitScheme } from './secrets.ts';

/** A place where something was replaced. */
export interface Place {
  /** As findings name places: "/request/headers/authorization". */
  readonly at: string;
  /** What was asked a placeholder for: values without the scheme they were introduced by. */
  readonly secrets: readonly string[];
}

interface Places {
  /** What stands in the place of a secret. */
  readonly placeholder: (secret: string) => string;
  /** The same for a number as JSON writes it. */
  readonly number: (digits: string) => string;
  /** The same for a value as a URL or a form holds it; escapes stay escapes. */
  readonly encoded: (raw: string) => string;
  /**
   * Edits what stands at a place, and notes the place if that changed it.
   * @param at steps of the place's pointer, or the pointer
   */
  readonly edit: <Text extends string | undefined>(
    at: string | readonly string[],
    before: Text,
    work: () => Text,
  ) => Text;
  readonly all: () => readonly Place[];
}

/** By what a message is redacted. */
export interface Rules extends Places {
  readonly isSecret: SecretTest;
  /** Takes known secrets, and what is secret by its form or by how it is introduced, out of a text. */
  readonly scrub: (text: string) => string;
  /** The same, and what looks random, unless the name it stands under says that it is no secret. */
  readonly clean: (text: string, name: string | undefined) => string;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** @param known placeholders to be used instead of the usual ones, by secret */
export function createPlaces(known: ReadonlyMap<string, string>): Places {
  const found = new Map<string, Set<string>>();
  let touched = new Set<string>();

  const placeholder = (secret: string): string => {
    const [scheme, bare] = splitScheme(secret);
    touched.add(bare);
    const other = known.get(bare);
    return other === undefined ? mask(secret) : scheme + other;
  };

  return {
    placeholder,
    number(digits) {
      touched.add(digits);
      const other = known.get(digits);
      return other !== undefined && NUMBER.test(other) ? other : maskNumber(digits);
    },
    encoded(raw) {
      const value = decodePercent(raw);
      touched.add(value);
      const other = known.get(value);
      if (other !== undefined) return encodeURIComponent(other.toWellFormed());
      if (!raw.includes('%')) return mask(raw);
      return raw.replace(/(?:%[0-9a-f]{2})+|[^%]+|%/gi, piece => {
        const text = decodePercent(piece);
        const masked = mask(text);
        return masked === text ? piece : text === piece ? masked : encodeURIComponent(masked);
      });
    },
    edit(at, before, work) {
      const outer = touched;
      touched = new Set();
      const after = work();
      if (after !== before) {
        const name = typeof at === 'string' ? at : at.map(step => `/${escapeStep(step)}`).join('');
        const secrets = found.get(name) ?? new Set();
        for (const secret of touched) secrets.add(secret);
        found.set(name, secrets);
      }
      touched = outer;
      return after;
    },
    all: () => [...found].map(([at, secrets]) => ({ at, secrets: [...secrets] })),
  };
}

/** What is clean once it is decoded stays as it was written. */
export function cleanRaw(raw: string, value: string, clean: (text: string) => string): string {
  const cleaned = clean(value);
  if (cleaned !== value) return encodeURIComponent(cleaned.toWellFormed());
  return clean(raw);
}

/** RFC 6901. */
function escapeStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
