// The type of an entry in the catalogue of finding codes.

/** Why a mock rejects a request. Each reason has its own response, which a document can set (see openapi/refusals.ts). */
export type RefusalReason = 'security' | 'media-type' | 'accept' | 'malformed-body' | 'body' | 'parameters';

/**
 * In the order of reports.
 * - `violation`: a request, response, document or scenario breaks a rule.
 * - `difference`: a replayed response differs from the recorded one.
 * - `undocumented`: valid, but the document does not declare it.
 * - `undecodable`: a body broke off or cannot be decoded, so that it cannot be validated.
 * - `not-checkable`: it cannot be validated for another reason.
 * - `advice`: valid, but likely to cause problems.
 */
export const FINDING_KINDS = [
  'violation',
  'difference',
  'undocumented',
  'undecodable',
  'not-checkable',
  'advice',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/**
 * What a finding code means. Reports and docs/codes.md show these texts.
 * @example
 * 'parameter-missing': {
 *   about: 'request',
 *   kind: 'violation',
 *   refusalReason: 'parameters',
 *   meaning: 'a required parameter is missing',
 *   fix: 'Send the parameter, or declare it as optional.',
 * }
 */
export interface CatalogueEntry {
  /**
   * What the finding is about. `request` and `response`: one side of any exchange, served by the mock or recorded.
   * `document`: an OpenAPI document. `scenario`: a scenario file. `state`: a state file. `traffic`: recorded exchanges only, found by a check or a
   * replay.
   */
  readonly about: 'request' | 'response' | 'document' | 'scenario' | 'state' | 'traffic';
  /** Decides the severity (severity.ts) and, together with --fail-on, whether a run fails. */
  readonly kind: FindingKind;
  /** Only for violations of a request for which the mock sends an error response instead of the declared one. */
  readonly refusalReason?: RefusalReason;
  /** What is wrong: a clause in lower case without a full stop, so that a text can continue it. */
  readonly meaning: string;
  /** What the user can do about it: sentences. Missing when the meaning says it, or when nothing has to be done. */
  readonly fix?: string;
}
