// What can be said of the files that people write: OpenAPI documents and scenarios.
import type { Entry } from './entry.ts';

export const DOCUMENT_CODES = {
  'spec-unreadable': {
    about: 'document',
    kind: 'violation',
    means: 'the file is missing or is not YAML or JSON',
  },
  'spec-invalid': {
    about: 'document',
    kind: 'violation',
    means: 'the document is not an OpenAPI 3.0 or 3.1 document',
  },
  'spec-reference': { about: 'document', kind: 'violation', means: 'a $ref leads nowhere' },
  'spec-schema': { about: 'document', kind: 'violation', means: 'a schema cannot be used for judging' },
  'spec-parameter': {
    about: 'document',
    kind: 'violation',
    means: 'a parameter is declared in a way that contradicts the path or itself',
  },
  'spec-operation': {
    about: 'document',
    kind: 'violation',
    means: 'two operations cannot be told apart, or an operation declares no response',
  },
  'spec-security': {
    about: 'document',
    kind: 'violation',
    means: 'a security requirement names no declared scheme',
  },
  'spec-extension': {
    about: 'document',
    kind: 'violation',
    means: 'an x-deadringer extension is not understood',
  },
  'spec-example': { about: 'document', kind: 'violation', means: 'an example breaks the schema beside it' },
  'scenario-unreadable': {
    about: 'scenario',
    kind: 'violation',
    means: 'a scenario file is missing, is not YAML or does not say what a scenario may say',
  },
  'scenario-unknown': {
    about: 'scenario',
    kind: 'violation',
    means: 'a scenario names an operation, an API, a status or an example that no document declares',
  },
  'scenario-template': {
    about: 'scenario',
    kind: 'violation',
    means: 'a template cannot be parsed or filled in',
  },
  'scenario-off-contract': {
    about: 'scenario',
    kind: 'violation',
    means: 'a canned answer breaks the contract, and the scenario gives no reason for that',
  },
} as const satisfies Record<string, Entry>;
