// Finding codes for OpenAPI documents, scenario files and state files.
import type { CatalogueEntry } from './catalogue-entry.ts';

export const DOCUMENT_CODES = {
  'spec-unreadable': {
    about: 'document',
    kind: 'violation',
    meaning: 'a document is missing, or is not YAML or JSON',
    fix: 'Check the path and the syntax of the file at the reported line.',
  },
  'spec-invalid': {
    about: 'document',
    kind: 'violation',
    meaning: 'the file is not a valid Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2 document',
    fix: 'Set "openapi" to 3.0.x, 3.1.x or 3.2.x, or "swagger" to 2.0.',
  },
  'spec-unknown-key': {
    about: 'document',
    kind: 'advice',
    meaning: 'a Swagger 2.0 document has a key that Swagger 2.0 does not have',
    fix: 'Correct the name, write it as an "x-" extension, or convert the document to OpenAPI 3.',
  },
  'spec-version': {
    about: 'document',
    kind: 'advice',
    meaning: 'a document has a field that a later version of OpenAPI added',
    fix: 'Set "openapi" to the version that the message names, or remove the field.',
  },
  'spec-deprecated': {
    about: 'document',
    kind: 'advice',
    meaning: 'a document has a field that its version of OpenAPI has replaced by another one',
    fix: 'Write the field that the message names. Until then the old one is read.',
  },
  'spec-unsupported': {
    about: 'document',
    kind: 'advice',
    meaning: 'a document uses a part of OpenAPI that deadringer does not support',
    fix: 'Expect what the message says: everything else in the document is served and checked.',
  },
  'spec-inferred': {
    about: 'document',
    kind: 'advice',
    meaning:
      'the schemas of an operation are inferred from saved responses and requests of a Postman collection',
    fix: 'Save more responses, or write an OpenAPI document: what the saved ones have in common need not be the rule.',
  },
  'spec-ignored': {
    about: 'document',
    kind: 'advice',
    meaning: 'a part of a Postman collection has no effect: scripts, or variables without a value',
    fix: 'Set the variables in the collection. Scripts are never run; a scenario can do what they do.',
  },
  'spec-reference': {
    about: 'document',
    kind: 'violation',
    meaning: 'a $ref cannot be resolved',
    fix: 'Correct the file name or the JSON Pointer of the $ref.',
  },
  'spec-schema': {
    about: 'document',
    kind: 'violation',
    meaning: 'a schema, or a keyword of it, cannot be used',
    fix: 'Correct the keyword at the reported line. Until then, what depends on it is not checkable.',
  },
  'spec-pattern': {
    about: 'document',
    kind: 'violation',
    meaning: 'a pattern is not a regular expression of ECMA-262',
    fix: 'Write the pattern in the syntax of ECMA-262. Until then it is not checkable; the rest of the schema is checked.',
  },
  'spec-pattern-advice': {
    about: 'document',
    kind: 'advice',
    meaning:
      'a pattern needs the flag "u" in OpenAPI 3.0, does not compile with it in 3.1 and 3.2, or cannot be matched in bounded time against long texts',
    fix: 'Remove needless backslashes, and simplify the pattern: other tools may reject it, or take very long.',
  },
  'spec-parameter': {
    about: 'document',
    kind: 'violation',
    meaning: 'a parameter is declared in a way that contradicts the path or itself',
    fix: 'Correct the declaration at the reported line.',
  },
  'spec-operation': {
    about: 'document',
    kind: 'violation',
    meaning:
      'two operations match the same requests, or a path, an operation, its body or its responses are declared wrongly',
    fix: 'Remove one of the operations, or correct the declaration at the reported line.',
  },
  'spec-security': {
    about: 'document',
    kind: 'violation',
    meaning: 'a security requirement names a scheme that is not declared, or the scheme is incomplete',
    fix: 'Declare the scheme in components/securitySchemes, or correct its name.',
  },
  'spec-extension': {
    about: 'document',
    kind: 'violation',
    meaning: 'an x-deadringer extension or an x-faker keyword is invalid',
    fix: 'Correct the member that the message names.',
  },
  'spec-example': {
    about: 'document',
    kind: 'violation',
    meaning: 'an example does not match its schema',
    fix: 'Correct the example or the schema.',
  },
  'spec-overlay': {
    about: 'document',
    kind: 'violation',
    meaning: 'an OpenAPI Overlay, or an action of it, is invalid, or applies to no document',
    fix: 'Correct the overlay at the reported line, or leave it out.',
  },
  'spec-overlay-advice': {
    about: 'document',
    kind: 'advice',
    meaning: 'the target of an action of an OpenAPI Overlay matches nothing',
    fix: 'Correct the JSONPath of the target, or remove the action: the document may have changed.',
  },
  'scenario-unreadable': {
    about: 'scenario',
    kind: 'violation',
    meaning: 'a scenario file is missing, is not YAML, or does not match the scenario format',
    fix: 'Correct the file at the reported line.',
  },
  'scenario-unknown': {
    about: 'scenario',
    kind: 'violation',
    meaning: 'a scenario names an operation, an API, a status or an example that no document declares',
    fix: 'Correct the name, or declare it in the document.',
  },
  'scenario-template': {
    about: 'scenario',
    kind: 'violation',
    meaning: 'a template cannot be parsed or rendered',
    fix: 'Correct the template at the reported line.',
  },
  'scenario-condition': {
    about: 'scenario',
    kind: 'advice',
    meaning: 'a condition contains a template, which is compared as it is written and never rendered',
    fix: 'Write the value itself, or a regular expression under "matches".',
  },
  'scenario-plain-text': {
    about: 'scenario',
    kind: 'advice',
    meaning: 'a template is written where plain text is expected, and is never rendered',
    fix: 'Write the text itself.',
  },
  'scenario-off-contract': {
    about: 'scenario',
    kind: 'violation',
    meaning: 'a reply of a scenario violates the document, and the scenario gives no reason for it',
    fix: 'Correct the reply, or give the reason as "off-contract".',
  },
  'state-unreadable': {
    about: 'state',
    kind: 'violation',
    meaning: 'a state file is missing, is not JSON, or names an API or a resource that no document declares',
    fix: 'Correct the file at the reported line. "deadringer state save" writes such a file.',
  },
  'state-item': {
    about: 'state',
    kind: 'advice',
    meaning: 'an item that a stateful mock stores does not match its schema',
    fix: 'Correct the item. Until then, responses leave out what the schema rejects, and generate what it requires.',
  },
} as const satisfies Record<string, CatalogueEntry>;
