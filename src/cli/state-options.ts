// The options of a server about the state that it keeps, and what is printed about a state file.

import { Option } from 'commander';
import { pluralize } from '../finding/plural.ts';
import { formatFinding } from '../reporters/finding-line.ts';
import type { MockServer } from '../start.ts';
import type { Io } from './io.ts';

export const stateFileOption = new Option(
  '--state-file <file>',
  'snapshot of "deadringer state save" that seeds the state of each session; implies --stateful',
);

export const sessionPerCredentialOption = new Option(
  '--session-per-credential',
  'give each bearer token, basic auth user or API key a session of its own, unless it is bound to one',
);

/** Of a file with many mistakes. */
const LISTED_FINDINGS = 10;

/** What the schemas reject in the items of the state file. */
export function reportStateFile(
  { stateFindings, state }: MockServer,
  log: 'pretty' | 'json' | 'silent',
  io: Io,
): void {
  if (stateFindings.length === 0) return;
  if (log === 'json') io.out(JSON.stringify({ time: new Date(state.now()).toISOString(), stateFindings }));
  if (log !== 'pretty') return;
  for (const finding of stateFindings.slice(0, LISTED_FINDINGS))
    io.err(formatFinding(finding, io.stderr.style));
  const more = stateFindings.length - LISTED_FINDINGS;
  if (more > 0) io.err(`${pluralize(more, 'more finding')} about the state file`);
}
