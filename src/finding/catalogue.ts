// Every code that can be reported, in one closed table: what it is about, how it weighs by default, what it means.

/** What a mock decides on when it refuses a request; each aspect has its own answer (see contract/refusals.ts). */
export type Aspect = 'security' | 'media-type' | 'accept' | 'malformed-body' | 'body' | 'parameters';

/**
 * violation: the contract is broken. undocumented: legal, but the document does not name it.
 * not-checkable: nothing can be said, and that is said. advice: worth knowing.
 */
type Kind = 'violation' | 'undocumented' | 'not-checkable' | 'advice';

interface Entry {
  /** traffic: what only whoever reads recordings can come upon. */
  readonly about: 'request' | 'response' | 'document' | 'scenario' | 'traffic';
  readonly kind: Kind;
  readonly aspect?: Aspect;
  readonly means: string;
}

export const CATALOGUE = {
  'credentials-missing': {
    about: 'request',
    kind: 'violation',
    aspect: 'security',
    means: 'none of the declared ways to authenticate was used',
  },
  'credentials-malformed': {
    about: 'request',
    kind: 'advice',
    means: 'credentials are there, but not in the form their scheme prescribes',
  },
  'security-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    means: 'the security scheme cannot be judged from one request, or the recording leaves credentials out',
  },
  'request-media-type': {
    about: 'request',
    kind: 'violation',
    aspect: 'media-type',
    means: 'the body has a media type that the operation does not take',
  },
  'accept-unsatisfiable': {
    about: 'request',
    kind: 'violation',
    aspect: 'accept',
    means: 'the Accept header excludes everything the operation answers with',
  },
  'parameter-missing': {
    about: 'request',
    kind: 'violation',
    aspect: 'parameters',
    means: 'a required parameter is absent',
  },
  'parameter-malformed': {
    about: 'request',
    kind: 'violation',
    aspect: 'parameters',
    means: 'a parameter cannot be read in its declared style and type',
  },
  'parameter-schema': {
    about: 'request',
    kind: 'violation',
    aspect: 'parameters',
    means: 'a parameter breaks its schema',
  },
  'parameter-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    means: 'OpenAPI defines no meaning for its style, explode and type, or the recording leaves it out',
  },
  'parameter-undocumented': {
    about: 'request',
    kind: 'undocumented',
    means: 'a query parameter that the operation does not name',
  },
  'operation-deprecated': { about: 'request', kind: 'advice', means: 'the operation is marked deprecated' },
  'parameter-deprecated': {
    about: 'request',
    kind: 'advice',
    means: 'a parameter in use is marked deprecated',
  },
  'request-body-missing': {
    about: 'request',
    kind: 'violation',
    aspect: 'body',
    means: 'the operation requires a body and there is none',
  },
  'request-body-undocumented': {
    about: 'request',
    kind: 'undocumented',
    means: 'the operation declares no body and there is one',
  },
  'request-body-malformed': {
    about: 'request',
    kind: 'violation',
    aspect: 'malformed-body',
    means: 'the body is not what its media type says',
  },
  'request-body-schema': {
    about: 'request',
    kind: 'violation',
    aspect: 'body',
    means: 'the body breaks its schema',
  },
  'request-body-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    means: 'the body was not recorded, or its media type cannot be held against a schema',
  },
  'request-property-read-only': {
    about: 'request',
    kind: 'advice',
    means: 'a read-only property was sent',
  },
  'request-property-undocumented': {
    about: 'request',
    kind: 'undocumented',
    means: 'a property that the schema does not name',
  },
  'request-number-imprecise': {
    about: 'request',
    kind: 'advice',
    means: 'an integer beyond 2^53 loses digits in most JSON readers',
  },
  'status-undocumented': {
    about: 'response',
    kind: 'undocumented',
    means: 'the operation does not declare this status',
  },
  'response-header-missing': {
    about: 'response',
    kind: 'violation',
    means: 'a required response header is absent',
  },
  'response-header-malformed': {
    about: 'response',
    kind: 'violation',
    means: 'a response header cannot be read in its declared type',
  },
  'response-header-schema': {
    about: 'response',
    kind: 'violation',
    means: 'a response header breaks its schema',
  },
  'response-header-not-checkable': {
    about: 'response',
    kind: 'not-checkable',
    means: 'OpenAPI defines no meaning for the style of this response header, or the recording leaves it out',
  },
  'response-header-undocumented': {
    about: 'response',
    kind: 'undocumented',
    means: 'a response header that the operation does not declare',
  },
  'response-media-type': {
    about: 'response',
    kind: 'undocumented',
    means: 'the body has a media type that the response does not declare',
  },
  'response-media-type-missing': {
    about: 'response',
    kind: 'violation',
    means: 'there is a body and no Content-Type, where the response declares one',
  },
  'response-body-missing': {
    about: 'response',
    kind: 'violation',
    means: 'the response declares a body and there is none',
  },
  'response-body-unexpected': {
    about: 'response',
    kind: 'violation',
    means: 'a body where HTTP allows none (204, 304, HEAD)',
  },
  'response-body-undocumented': {
    about: 'response',
    kind: 'undocumented',
    means: 'the response declares no body and there is one',
  },
  'response-body-malformed': {
    about: 'response',
    kind: 'violation',
    means: 'the body is not what its media type says',
  },
  'response-body-schema': { about: 'response', kind: 'violation', means: 'the body breaks its schema' },
  'response-body-not-checkable': {
    about: 'response',
    kind: 'not-checkable',
    means: 'the body was not recorded, or its media type cannot be held against a schema',
  },
  'response-property-write-only': {
    about: 'response',
    kind: 'violation',
    means: 'a write-only property was sent back',
  },
  'response-property-undocumented': {
    about: 'response',
    kind: 'undocumented',
    means: 'a property that the schema does not name',
  },
  'response-number-imprecise': {
    about: 'response',
    kind: 'advice',
    means: 'an integer beyond 2^53 loses digits in most JSON readers',
  },
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
  'operation-undocumented': {
    about: 'traffic',
    kind: 'undocumented',
    means: 'a path or a method of the API that the document does not name',
  },
  'request-not-checkable': {
    about: 'traffic',
    kind: 'not-checkable',
    means: 'a schema that the request is to be held against cannot be used',
  },
  'response-not-checkable': {
    about: 'traffic',
    kind: 'not-checkable',
    means: 'a schema that the response is to be held against cannot be used',
  },
} as const satisfies Record<string, Entry>;

export type FindingCode = keyof typeof CATALOGUE;

export function describe(code: FindingCode): Entry {
  return CATALOGUE[code];
}
