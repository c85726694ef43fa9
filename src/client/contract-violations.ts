// What the journal of a mock shows against the contract: exchanges that violate a document, and requests that none declares.
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

/** What a text lists: more would hide the first. */
const LISTED_EXCHANGES = 5;
const LISTED_FINDINGS = 5;

/** "2 exchanges violate it", and a line for each exchange and each finding with its place in the document; undefined: none does. */
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

/** A request that belongs to no operation is undocumented, which no finding says. */
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

/** Advice, and what cannot be checked, violates nothing. A code of another version of the server is shown. */
function isRelevant({ code }: { readonly code: string }): boolean {
  if (!Object.hasOwn(CATALOGUE, code)) return true;
  const kind = kindOf({ code: code as FindingCode });
  return kind !== 'advice' && kind !== 'not-checkable';
}

function more(count: number, what: string, indent = '  '): string[] {
  return count > 0 ? [`${indent}... and ${count} more ${what}`] : [];
}
