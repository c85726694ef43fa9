// Finding codes for OpenAPI documents and scenario files.
import type { CatalogueEntry } from './catalogue-entry.ts';

export const DOCUMENT_CODES = {
  'spec-unreadable': {
    about: 'document',
    kind: 'violation',
    meaning: 'the file is missing or is not YAML or JSON',
  },
  'spec-invalid': {
    about: 'document',
    kind: 'violation',
    meaning: 'the document is not an OpenAPI 3.0 or 3.1 document',
  },
  'spec-reference': { about: 'document', kind: 'violation', meaning: 'a $ref cannot be resolved' },
  'spec-schema': { about: 'document', kind: 'violation', meaning: 'a schema cannot be compiled' },
  'spec-parameter': {
    about: 'document',
    kind: 'violation',
    meaning: 'a parameter is declared in a way that contradicts the path or itself',
  },
  'spec-operation': {
    about: 'document',
    kind: 'violation',
    meaning: 'two operations match the same requests, or an operation declares no response',
  },
  'spec-security': {
    about: 'document',
    kind: 'violation',
    meaning: 'a security requirement names a scheme that is not declared',
  },
  'spec-extension': {
    about: 'document',
    kind: 'violation',
    meaning: 'an x-deadringer extension is invalid',
  },
  'spec-example': { about: 'document', kind: 'violation', meaning: 'an example does not match its schema' },
  'scenario-unreadable': {
    about: 'scenario',
    kind: 'violation',
    meaning: 'a scenario file is missing, is not YAML, or does not match the scenario format',
  },
  'scenario-unknown': {
    about: 'scenario',
    kind: 'violation',
    meaning: 'a scenario names an operation, an API, a status or an example that no document declares',
  },
  'scenario-template': {
    about: 'scenario',
    kind: 'violation',
    meaning: 'a template cannot be parsed or rendered',
  },
  'scenario-off-contract': {
    about: 'scenario',
    kind: 'violation',
    meaning: 'a canned response violates the contract, and the scenario gives no reason for it',
  },
} as const satisfies Record<string, CatalogueEntry>;
