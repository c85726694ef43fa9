// docs/codes.md: the page of all finding, problem and exit codes.
import { EXCHANGE_OUTCOMES, ISSUE_KINDS } from '../../src/check/report-terms.ts';
import { EXIT_CODES } from '../../src/cli/command.ts';
import { CATALOGUE } from '../../src/finding/catalogue.ts';
import type { CatalogueEntry } from '../../src/finding/catalogue-entry.ts';
import { PROBLEMS } from '../../src/mock/problem.ts';
import { origin, table } from './markdown.ts';

const SECTIONS: readonly (readonly [about: CatalogueEntry['about'], title: string])[] = [
  ['request', 'Findings about requests'],
  ['response', 'Findings about responses'],
  ['traffic', 'Findings about recorded traffic and replays'],
  ['document', 'Findings about OpenAPI documents'],
  ['scenario', 'Findings about scenarios'],
  ['state', 'Findings about stored items and state files'],
];

const KIND_MEANINGS: Readonly<Record<(typeof ISSUE_KINDS)[number], string>> = {
  violation: 'The contract is violated. Fails a check and a replay by default.',
  difference:
    'The response differs from the recorded one. Only a replay reports it, and it fails by default.',
  rejected:
    'A violation of a request that was correctly rejected: the status is 4xx, and the response has no violation. Fails with `--fail-on violation,rejected`.',
  undocumented: 'Allowed, but not declared by the document. Fails with `--fail-on violation,undocumented`.',
  undecodable:
    'A body broke off or cannot be decoded, so it is not validated. Counted as not checkable. Fails with `--fail-on violation,undecodable`, and with `not-checkable`.',
  'not-checkable':
    'Cannot be decided from this exchange or this document. Counted, and never counted as passed.',
  advice: 'Worth knowing. Fails only with `--fail-on advice`.',
};

const entries: readonly (readonly [string, CatalogueEntry])[] = Object.entries(CATALOGUE);

function withRemedy(meaning: string, fix: string | undefined): string {
  return fix === undefined ? meaning : `${meaning}. ${fix}`;
}

export const CODES_PAGE = `# Codes

${origin('the catalogues in src')}

## Exit codes

${table(
  ['code', 'meaning'],
  Object.entries(EXIT_CODES).map(([code, meaning]) => [`\`${code}\``, meaning]),
)}

A command that Ctrl-C interrupts exits with 130, and one whose output pipe is closed with 141. \`deadringer run\` exits with the
code of the command that it runs, if that is not 0.

## Kinds of findings

${table(
  ['kind', 'meaning'],
  ISSUE_KINDS.map(kind => [`\`${kind}\``, KIND_MEANINGS[kind]]),
)}

A request finding can make the mock reject the request. The column "rejected as" has the reason under which
\`x-deadringer.refusals\` chooses the response, see [documents.md](documents.md#which-response-rejects-an-invalid-request).

${SECTIONS.map(([about, title]) => {
  const rows = entries.filter(([, entry]) => entry.about === about);
  return about === 'request'
    ? `## ${title}\n\n${table(
        ['code', 'kind', 'rejected as', 'meaning'],
        rows.map(([code, { kind, refusalReason = '', meaning, fix }]) => [
          `\`${code}\``,
          kind,
          refusalReason,
          withRemedy(meaning, fix),
        ]),
      )}`
    : `## ${title}\n\n${table(
        ['code', 'kind', 'meaning'],
        rows.map(([code, { kind, meaning, fix }]) => [`\`${code}\``, kind, withRemedy(meaning, fix)]),
      )}`;
}).join('\n\n')}

## Problem codes

Errors of the mock itself are \`application/problem+json\` (RFC 9457) with the type \`deadringer:<code>\` and the header
\`x-deadringer-error: <code>\`. They are never part of a mocked API.

${table(
  ['code', 'status', 'meaning'],
  Object.entries(PROBLEMS).map(([code, { status, title }]) => [`\`${code}\``, String(status), title]),
)}

## Outcomes

A report gives the outcomes of the exchanges of each issue, as its likely cause.

${table(
  ['outcome', 'meaning'],
  Object.entries(EXCHANGE_OUTCOMES).map(([outcome, meaning]) => [`\`${outcome}\``, meaning]),
)}
`;
