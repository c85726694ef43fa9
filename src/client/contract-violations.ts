// Finds the exchanges of a journal that violate the contract, with requests that no document declares.
import { CATALOGUE, type FindingCode, kindOf } from '../finding/catalogue.ts';
import type { ControlSchema } from './control-operation.ts';
import type { MockSession } from './mock-session.ts';

/** Exchanges violate the document. The message lists them, with the lines of the document. */
export class ContractViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ContractViolation';
  }
}

/** Longer lists would hide the first entry. */
const LISTED_EXCHANGES = 5;
const LISTED_FINDINGS = 5;

/** @returns "2 exchanges violate it", and a line for each exchange and each finding; undefined if no exchange violates it */
export async function contractViolations({
  journal,
}: Pick<MockSession, 'journal'>): Promise<string | undefined> {
  const violating = (await journal({ failed: true })).filter(isViolating);
  const count = violating.length;
  if (count === 0) return undefined;
  return [
    count === 1 ? '1 exchange violates it' : `${count} exchanges violate it`,
    ...violating.slice(0, LISTED_EXCHANGES).flatMap(exchangeLines),
    ...more(count - LISTED_EXCHANGES, 'exchanges'),
  ].join('\n');
}

/** A request of no operation is undocumented, but has no finding that says so. */
function isViolating({ verdict, operation }: ControlSchema<'Entry'>): boolean {
  return verdict === 'failed' || (verdict === 'problem' && operation === undefined);
}

function exchangeLines(entry: ControlSchema<'Entry'>): string[] {
  const { request, response, operation, problem } = entry;
  const violations = entry.findings.filter(isRelevant);
  return [
    `  ${request.method} ${request.path} -> ${response?.status ?? 'no response'} (${operation ?? problem})`,
    ...violations
      .slice(0, LISTED_FINDINGS)
      .map(
        ({ message, code, location }) =>
          `    ${message} (${code}${location === undefined ? '' : `, ${location}`})`,
      ),
    ...more(violations.length - LISTED_FINDINGS, 'findings', '    '),
  ];
}

/** Advice and what cannot be checked are not violations. A code that only another version of the server knows may be one. */
function isRelevant({ code }: { readonly code: string }): boolean {
  if (!Object.hasOwn(CATALOGUE, code)) return true;
  const kind = kindOf({ code: code as FindingCode });
  return kind !== 'advice' && kind !== 'not-checkable';
}

function more(count: number, what: string, indent = '  '): string[] {
  return count > 0 ? [`${indent}... and ${count} more ${what}`] : [];
}
