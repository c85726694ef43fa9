// What a client did against the documents, as the journal of its session shows it: invalid requests and undeclared calls.
import { CATALOGUE, type FindingCode, kindOf } from '../finding/catalogue.ts';
import type { ControlSchema } from './control-operation.ts';

type Entry = Pick<
  ControlSchema<'Entry'>,
  'request' | 'operation' | 'findings' | 'refusedFor' | 'problem' | 'sent'
>;

/**
 * A text for each exchange whose request violates the document, also if the mock rightly rejected it, or that no document
 * declares: a line with the request, and one with each finding. What the mock sent itself, and its responses, do not count.
 */
export function clientViolations(entries: readonly Entry[]): string[] {
  return entries.flatMap(entry => {
    const reasons = entry.sent === undefined ? reasonsOf(entry) : [];
    const { method, path } = entry.request;
    const operation = entry.operation === undefined ? '' : ` (${entry.operation})`;
    return reasons.length === 0 ? [] : [[`${method} ${path}${operation}`, ...reasons].join('\n  ')];
  });
}

function reasonsOf({ findings, refusedFor, problem }: Entry): readonly string[] {
  if (problem === 'no-such-path') return ['no document declares the path (no-such-path)'];
  if (problem === 'no-such-method') return ['the document does not declare the method (no-such-method)'];
  return findings
    .filter(({ code, at }) => code === refusedFor?.code || (at.startsWith('/request') && isViolation(code)))
    .map(
      ({ code, message, location }) => `${location === undefined ? '' : `${location} `}${message} (${code})`,
    );
}

function isViolation(code: string): boolean {
  return Object.hasOwn(CATALOGUE, code) && kindOf({ code: code as FindingCode }) === 'violation';
}
