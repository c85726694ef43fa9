// Records what redaction replaces: which secrets, where, and by which placeholder.
import { decodePercent } from './exchange.ts';
import { escapePointerStep } from './json-pointer.ts';
import { mask, maskNumber, type SecretTest, splitScheme } from './secrets.ts';

/** A place where something was replaced. */
export interface RedactedPlace {
  /** As findings name places: "/request/headers/authorization". */
  readonly at: string;
  /** What was asked a placeholder for: values without the scheme they were introduced by. */
  readonly secrets: readonly string[];
}

interface RedactionLog {
  /** What stands in the place of a secret. */
  readonly placeholder: (secret: string) => string;
  /** The same for a number as JSON writes it. */
  readonly numberPlaceholder: (digits: string) => string;
  /** The same for a value as a URL or a form holds it; escapes stay escapes. */
  readonly encodedPlaceholder: (raw: string) => string;
  /**
   * Edits what stands at a place, and notes the place if that changed it.
   * @param at steps of the place's pointer, or the pointer
   */
  readonly replaceAt: <Text extends string | undefined>(
    at: string | readonly string[],
    before: Text,
    replace: () => Text,
  ) => Text;
  readonly entries: () => readonly RedactedPlace[];
}

/** By what a message is redacted. */
export interface Redactor extends RedactionLog {
  readonly isSecret: SecretTest;
  /** Takes known secrets, and what is secret by its form or by how it is introduced, out of a text. */
  readonly scrub: (text: string) => string;
  /** The same, and what looks random, unless the name it stands under says that it is no secret. */
  readonly redactText: (text: string, name: string | undefined) => string;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** @param placeholders placeholders to be used instead of the usual ones, by secret */
export function createRedactionLog(placeholders: ReadonlyMap<string, string>): RedactionLog {
  const found = new Map<string, Set<string>>();
  let recorded = new Set<string>();

  const placeholder = (secret: string): string => {
    const [scheme, credential] = splitScheme(secret);
    recorded.add(credential);
    const other = placeholders.get(credential);
    return other === undefined ? mask(secret) : scheme + other;
  };

  return {
    placeholder,
    numberPlaceholder(digits) {
      recorded.add(digits);
      const other = placeholders.get(digits);
      return other !== undefined && JSON_NUMBER.test(other) ? other : maskNumber(digits);
    },
    encodedPlaceholder(raw) {
      const value = decodePercent(raw);
      recorded.add(value);
      const other = placeholders.get(value);
      if (other !== undefined) return encodeURIComponent(other.toWellFormed());
      if (!raw.includes('%')) return mask(raw);
      return raw.replace(/(?:%[0-9a-f]{2})+|[^%]+|%/gi, piece => {
        const text = decodePercent(piece);
        const masked = mask(text);
        return masked === text ? piece : text === piece ? masked : encodeURIComponent(masked);
      });
    },
    replaceAt(at, before, replace) {
      const previous = recorded;
      recorded = new Set();
      const after = replace();
      if (after !== before) {
        const name = typeof at === 'string' ? at : at.map(step => `/${escapePointerStep(step)}`).join('');
        const secrets = found.get(name) ?? new Set();
        for (const secret of recorded) secrets.add(secret);
        found.set(name, secrets);
      }
      recorded = previous;
      return after;
    },
    entries: () => [...found].map(([at, secrets]) => ({ at, secrets: [...secrets] })),
  };
}

/** What is clean once it is decoded stays as it was written. */
export function redactEncoded(raw: string, value: string, clean: (text: string) => string): string {
  const cleaned = clean(value);
  if (cleaned !== value) return encodeURIComponent(cleaned.toWellFormed());
  return clean(raw);
}
