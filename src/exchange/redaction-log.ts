// Records what redaction replaces: which secrets, where, and by which placeholder.
import { decodePercent } from './exchange.ts';
import { escapePointerStep } from './json-pointer.ts';
import { mask, maskNumber, type SecretTest, splitScheme } from './secrets.ts';

/** The location of a replacement. */
export interface RedactedPlace {
  /** JSON Pointer into the exchange: "/request/headers/authorization". */
  readonly at: string;
  /** The values that were replaced, without an authentication scheme such as "Bearer". */
  readonly secrets: readonly string[];
}

interface RedactionLog {
  /** The placeholder of a secret. */
  readonly placeholder: (secret: string) => string;
  /** The placeholder of a number in JSON: a number with as many digits. */
  readonly numberPlaceholder: (digits: string) => string;
  /** The placeholder of a value in a URL or form: escapes remain escapes. */
  readonly encodedPlaceholder: (raw: string) => string;
  /**
   * Calls `replace`, and logs the location with the secrets if the result differs from `before`.
   * @param at the location as a JSON Pointer, or the steps of one
   * @returns the result of `replace`
   */
  readonly replaceAt: <Text extends string | undefined>(
    at: string | readonly string[],
    before: Text,
    replace: () => Text,
  ) => Text;
  readonly entries: () => readonly RedactedPlace[];
}

/** How a message is redacted: the log, and the rules that decide what is secret. */
export interface Redactor extends RedactionLog {
  readonly isSecret: SecretTest;
  /** Replaces known secrets in a text, and values that are secret by their form or by the words before them. */
  readonly scrub: (text: string) => string;
  /** As scrub, and replaces tokens that look random, unless the name says that the value is not secret. */
  readonly redactText: (text: string, name: string | undefined) => string;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** @param placeholders placeholders by secret, instead of the generated ones */
export function createRedactionLog(placeholders: ReadonlyMap<string, string>): RedactionLog {
  const secretsByLocation = new Map<string, Set<string>>();
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
        const pointer = typeof at === 'string' ? at : at.map(step => `/${escapePointerStep(step)}`).join('');
        const secrets = secretsByLocation.get(pointer) ?? new Set();
        for (const secret of recorded) secrets.add(secret);
        secretsByLocation.set(pointer, secrets);
      }
      recorded = previous;
      return after;
    },
    entries: () => [...secretsByLocation].map(([at, secrets]) => ({ at, secrets: [...secrets] })),
  };
}

/**
 * Redacts an encoded value: decoded first, then as sent.
 * @param raw the value as sent
 * @param value the decoded value
 */
export function redactEncoded(raw: string, value: string, redactText: (text: string) => string): string {
  const redacted = redactText(value);
  if (redacted !== value) return encodeURIComponent(redacted.toWellFormed());
  return redactText(raw);
}
