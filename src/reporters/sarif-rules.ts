// SARIF rules, one per finding code: description, level, remedy.
import { catalogueEntry, type FindingCode } from '../finding/catalogue.ts';
import { severityOf } from '../finding/severity.ts';

type Kind = ReturnType<typeof catalogueEntry>['kind'];

const SARIF_LEVELS = {
  violation: 'error',
  difference: 'warning',
  undocumented: 'warning',
  undecodable: 'warning',
  'not-checkable': 'note',
  advice: 'note',
} as const;

const GITHUB_SEVERITIES = {
  violation: 'error',
  difference: 'warning',
  undocumented: 'warning',
  undecodable: 'warning',
  'not-checkable': 'recommendation',
  advice: 'recommendation',
} as const;

const KIND_DESCRIPTIONS: Record<Kind, string> = {
  violation: 'Recorded traffic violates the OpenAPI document.',
  difference: 'The response to a replayed request differs from the recorded response.',
  undocumented: 'Recorded traffic uses something that the OpenAPI document allows but does not declare.',
  undecodable: 'A body of the recorded traffic broke off or cannot be decoded, so it was not validated.',
  'not-checkable': 'Recorded traffic could not be validated against the OpenAPI document here.',
  advice: 'No rule is violated; the finding is for information.',
};

const KIND_REMEDIES: Record<Kind, string> = {
  violation:
    'The marked line declares the rule that was violated. Change the server, or change the document. The message names the cause: an invalid response to a valid request points to the server; an invalid request that was accepted points to a lenient server or an outdated document.',
  difference:
    'The marked line declares this part of the response. If the change is intended, update the document and record again; otherwise fix the server.',
  undocumented:
    'Declare it in the document if it is intended; otherwise find out which client or server sends it.',
  undecodable: 'Find out who closed the connection, or correct the Content-Encoding.',
  'not-checkable':
    'Record the missing parts (bodies, headers), or declare them in a form that OpenAPI defines.',
  advice: 'No action is required.',
};

export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' };
  readonly properties: Readonly<Record<string, unknown>>;
}

export function sarifRule(code: FindingCode): SarifRule {
  const { kind, about, meaning, fix = 'No action is required.' } = catalogueEntry(code);
  const short = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}`;
  // A finding of lint is about a file, not about traffic.
  const isAboutFile = ['document', 'scenario', 'state'].includes(about);
  const description = isAboutFile ? fix : KIND_DESCRIPTIONS[kind];
  const remedy = isAboutFile
    ? ''
    : `${KIND_REMEDIES[kind]} Known findings can be accepted in the baseline by fingerprint.`;
  return {
    id: code,
    name: code.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${short}.` },
    fullDescription: { text: `${short}. ${description}` },
    help: {
      text: `${short}. ${description} ${remedy}`.trim(),
      markdown: `**${short}.** ${description}\n\n${remedy}`.trim(),
    },
    defaultConfiguration: { level: isAboutFile ? severityOf(code) : SARIF_LEVELS[kind] },
    properties: {
      tags: ['api-contract', 'openapi', kind, about],
      precision: kind === 'violation' ? 'very-high' : 'high',
      'problem.severity': GITHUB_SEVERITIES[kind],
    },
  };
}
