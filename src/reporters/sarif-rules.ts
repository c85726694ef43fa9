// The rules of a SARIF log, one for each code that was found: what it means, how bad it is, and what to do about it.
import { describe, type FindingCode } from '../finding/catalogue.ts';

type Kind = ReturnType<typeof describe>['kind'];

const LEVELS_OF = {
  violation: 'error',
  difference: 'warning',
  undocumented: 'warning',
  'not-checkable': 'note',
  advice: 'note',
} as const;

const SEVERITIES = {
  violation: 'error',
  difference: 'warning',
  undocumented: 'warning',
  'not-checkable': 'recommendation',
  advice: 'recommendation',
} as const;

const KINDS: Record<Kind, string> = {
  violation: 'Recorded traffic breaks what the OpenAPI document promises.',
  difference: 'A request that was asked again is not answered as it was when it was recorded.',
  undocumented:
    'Recorded traffic does what the OpenAPI document does not name. It is legal, and worth knowing.',
  'not-checkable': 'Recorded traffic could not be held against the OpenAPI document here.',
  advice: 'Nothing is broken today, and it is worth a look.',
};

const REMEDIES: Record<Kind, string> = {
  violation:
    'The marked line is the promise. Either the server has to keep it, or the document has to say what is true. The message tells how the server answered: a request that keeps the contract and is answered against it points at the server, a request that breaks the contract and is accepted points at a lenient server or a stale document.',
  difference:
    'The marked line is where the document speaks of it. If the change is meant, say it in the document and record again; otherwise tell whoever runs the server.',
  undocumented: 'Name it in the document if it is meant to be there; otherwise find out who sends it.',
  'not-checkable': 'Record what is missing (bodies, headers), or declare it in a way that OpenAPI defines.',
  advice: 'No action is needed for the contract to be kept.',
};

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' };
  readonly properties: Readonly<Record<string, unknown>>;
}

export function ruleFor(code: FindingCode): Rule {
  const { kind, about, means } = describe(code);
  const short = `${means.charAt(0).toUpperCase()}${means.slice(1)}`;
  return {
    id: code,
    name: code.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${short}.` },
    fullDescription: { text: `${short}. ${KINDS[kind]}` },
    help: {
      text: `${short}. ${KINDS[kind]} ${REMEDIES[kind]} A finding that is known can be accepted in the baseline, by its fingerprint.`,
      markdown: `**${short}.** ${KINDS[kind]}\n\n${REMEDIES[kind]}\n\nA finding that is known can be accepted in the baseline, by its fingerprint.`,
    },
    defaultConfiguration: { level: LEVELS_OF[kind] },
    properties: {
      tags: ['api-contract', 'openapi', kind, about],
      precision: kind === 'violation' ? 'very-high' : 'high',
      'problem.severity': SEVERITIES[kind],
    },
  };
}
