// A violation as Prism reports it: the entry of `validation` and of the field sl-violations.

export interface PrismViolation {
  /** Undefined: the body as a whole, or the security of the request. */
  readonly path?: readonly string[];
  readonly severity: 'Error' | 'Warning';
  /** A keyword of JSON Schema, or a status. */
  readonly code?: string | number;
  readonly message: string;
  /** Challenges for WWW-Authenticate. */
  readonly tags?: readonly string[];
}

/** The entry as Prism writes it. @param side undefined: the path alone is the location */
export function violationJson(
  { path, severity, code, message }: PrismViolation,
  side?: 'request' | 'response',
): Record<string, unknown> {
  const location = side === undefined ? path : [side, ...(path ?? [])];
  return { location, severity, code, message };
}

/** Fields that are longer make clients reject the response: node:http accepts 16 KiB of fields in all. */
const MAX_FIELD_LENGTH = 8 * 1024 - 100;

/** The value of sl-violations: JSON in ASCII. Entries that do not fit are left out as a whole. */
export function violationsField(entries: readonly Record<string, unknown>[]): string {
  let text = '';
  for (const entry of entries) {
    const json = JSON.stringify(entry).replace(/[^\x20-\x7e]/g, escapeUnicode);
    if (text.length + json.length + 3 > MAX_FIELD_LENGTH) break;
    text += text === '' ? json : `,${json}`;
  }
  return `[${text}]`;
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
