// Texts that other tools write in place of a value they take out of a recording: "[REDACTED]", "***", "{{token}}".

/** Words that no API sends as a value, alone or with decoration around them. */
const CLEAR_WORDS = '(?:redact|filter|mask|sanitiz|sanitis|scrubb|censor|obfuscat|anonymiz|anonymis)ed';
/** Words that can be values of an API, such as the status "deleted": marks only in brackets, or as a credential. */
const OTHER_WORDS =
  'removed|hidden|secret|deleted|omitted|stripped|withheld|private|confidential|sensitive|dummy|token|password|placeholder';
/** Whole values. Each tool has its own brackets: [Filtered], <REDACTED>, (masked), __redacted__, [EMAIL_REDACTED]. */
const MARK = new RegExp(
  [
    `^[[<({*_#% -]*(?:[\\w.-]{1,40}[ _:-])?${CLEAR_WORDS}(?:[ _:-][\\w .:-]{0,40})?[\\])}>*_#% -]*$`,
    `^[[<({]{1,3}(?:${OTHER_WORDS})[\\])}>]{1,3}$`,
    // Variables without a value, of Postman, Insomnia and shells.
    '^\\{\\{[^{}]{1,100}\\}\\}$',
    '^\\$\\{[^{}]{1,100}\\}$',
    // Postman writes the examples of an imported document so.
    '^<(?:integer|long|number|float|double|string|boolean|date|dateTime|uuid|email|uri|byte|binary|password)>$',
    '^x{3,}[x._ /-]+$',
    '^#{4,}$',
  ].join('|'),
  'i',
);
/** Placeholders that the user of VCR or betamax chooses: <AUTH_TOKEN>. In lower case it could be an element of HTML. */
const UPPER_CASE_MARK = /^(?:<[A-Z][A-Z0-9_ -]{0,60}>|\[[A-Z][A-Z0-9_-]{2,60}\])$/;
/** Masked in part: "4111********1111", "j***@example.com". */
const MASKED_PART = /\*{3}|•{3}/;
/** No credential is in brackets, or has no letter and no digit. */
const CREDENTIAL_MARK = /^(?:[[<({].*[\])}>]|x{3,}|[*.•…_-]+|\$\w+)$/i;
/** A whole field, which would have a scheme before a credential. */
const FIELD_MARK = new RegExp(`^(?:${OTHER_WORDS})$`, 'i');
const AUTH_SCHEME = /^[a-z][\w-]*[ \t]+(?=\S)/i;
/** Characters. Longer texts are values. */
const MAX_LENGTH = 200;

/** True for a text that stands for another value: what the value was is unknown. */
export function isRedactionMark(value: string): boolean {
  if (value.length < 3 || value.length > MAX_LENGTH) return false;
  const text = value.trim();
  return MARK.test(text) || UPPER_CASE_MARK.test(text) || MASKED_PART.test(text);
}

/** As `isRedactionMark`, for the value of a credential field with or without an authentication scheme. */
export function isCredentialMark(field: string): boolean {
  const text = field.trim();
  if (text.length > MAX_LENGTH) return false;
  const credential = text.replace(AUTH_SCHEME, '');
  return isRedactionMark(credential) || CREDENTIAL_MARK.test(credential) || FIELD_MARK.test(text);
}

/** True for a JSON value that is a mark or contains one. */
export function containsMark(value: unknown): boolean {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string' && isRedactionMark(next)) return true;
    if (typeof next === 'object' && next !== null)
      for (const member of Object.values(next) as unknown[]) pending.push(member);
  }
  return false;
}
