// What a developer should know about a request that was answered, such as a misspelt name.

import { catalogueEntry } from './catalogue.ts';
import { type Finding, formatLocation } from './finding.ts';

/** More of them would hide the rest of a log, and clients limit the size of header fields. */
const MAX_ADVICE = 5;

/**
 * One line for each finding about the request that does not make it invalid: what no document declares, and advice. At most
 * five, and a line with the number of the others.
 * @returns for example `request body /phne is not declared by the schema; did you mean "phone"? (shop.yaml:16)`
 */
export function adviceLines(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return NONE;
  const advice = findings.filter(isAdvice);
  const lines = advice.slice(0, MAX_ADVICE).map(findingLine);
  const more = advice.length - MAX_ADVICE;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

const NONE: readonly string[] = [];

function isAdvice({ code }: Finding): boolean {
  const { about, kind } = catalogueEntry(code);
  // The header Deprecation says it already.
  if (about !== 'request' || code === 'operation-deprecated') return false;
  return kind === 'undocumented' || kind === 'advice';
}

/** "request body /name is missing (specs/petstore.yaml:46)" */
export function findingLine({ message, location }: Finding): string {
  return location === undefined ? message : `${message} (${formatLocation(location)})`;
}
