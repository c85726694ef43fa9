// Finding codes for requests, responses and recorded traffic.
import type { CatalogueEntry } from './catalogue-entry.ts';

export const EXCHANGE_CODES = {
  'credentials-missing': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'security',
    meaning: 'no declared security requirement is met',
  },
  'credentials-malformed': {
    about: 'request',
    kind: 'advice',
    meaning: 'the credentials do not have the form that their scheme requires',
  },
  'security-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    meaning: 'the security scheme cannot be checked from one request, or the recording omits credentials',
  },
  'request-media-type': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'media-type',
    meaning: 'the media type of the body is not one that the operation accepts',
  },
  'accept-unsatisfiable': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'accept',
    meaning: 'the Accept header excludes every media type of the response',
  },
  'parameter-missing': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'parameters',
    meaning: 'a required parameter is missing',
  },
  'parameter-malformed': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'parameters',
    meaning: 'a parameter cannot be parsed in its declared style and type',
  },
  'parameter-schema': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'parameters',
    meaning: 'a parameter does not match its schema',
  },
  'parameter-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    meaning:
      'OpenAPI does not define this combination of style, explode and type, or the recording omits the parameter',
  },
  'parameter-undocumented': {
    about: 'request',
    kind: 'undocumented',
    meaning: 'a query parameter is not declared by the operation',
  },
  'operation-deprecated': { about: 'request', kind: 'advice', meaning: 'the operation is marked deprecated' },
  'parameter-deprecated': {
    about: 'request',
    kind: 'advice',
    meaning: 'a parameter in use is marked deprecated',
  },
  'request-body-missing': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'body',
    meaning: 'the operation requires a body, and the request has none',
  },
  'request-body-undocumented': {
    about: 'request',
    kind: 'undocumented',
    meaning: 'the operation declares no body, and the request has one',
  },
  'request-body-malformed': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'malformed-body',
    meaning: 'the body cannot be parsed as its media type',
  },
  'request-body-schema': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'body',
    meaning: 'the body does not match its schema',
  },
  'request-body-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    meaning: 'the body was not recorded, or its media type cannot be validated against a schema',
  },
  'request-property-read-only': {
    about: 'request',
    kind: 'advice',
    meaning: 'a read-only property was sent',
  },
  'request-property-undocumented': {
    about: 'request',
    kind: 'undocumented',
    meaning: 'a property is not declared by the schema',
  },
  'request-number-imprecise': {
    about: 'request',
    kind: 'advice',
    meaning: 'an integer beyond 2^53 loses digits in most JSON parsers',
  },
  'status-undocumented': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'the operation does not declare this status',
  },
  'response-header-missing': {
    about: 'response',
    kind: 'violation',
    meaning: 'a required response header is missing',
  },
  'response-header-malformed': {
    about: 'response',
    kind: 'violation',
    meaning: 'a response header cannot be parsed as its declared type',
  },
  'response-header-schema': {
    about: 'response',
    kind: 'violation',
    meaning: 'a response header does not match its schema',
  },
  'response-header-not-checkable': {
    about: 'response',
    kind: 'not-checkable',
    meaning: 'OpenAPI does not define the style of this response header, or the recording omits the header',
  },
  'response-header-undocumented': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'a response header is not declared by the operation',
  },
  'response-media-type': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'the media type of the body is not declared for the response',
  },
  'response-media-type-missing': {
    about: 'response',
    kind: 'violation',
    meaning: 'the response has a body and no Content-Type, and the document declares one',
  },
  'response-body-missing': {
    about: 'response',
    kind: 'violation',
    meaning: 'the document declares a body, and the response has none',
  },
  'response-body-unexpected': {
    about: 'response',
    kind: 'violation',
    meaning: 'the response has a body where HTTP allows none (204, 304, HEAD)',
  },
  'response-body-undocumented': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'the document declares no body, and the response has one',
  },
  'response-body-malformed': {
    about: 'response',
    kind: 'violation',
    meaning: 'the body cannot be parsed as its media type',
  },
  'response-body-schema': {
    about: 'response',
    kind: 'violation',
    meaning: 'the body does not match its schema',
  },
  'response-body-not-checkable': {
    about: 'response',
    kind: 'not-checkable',
    meaning: 'the body was not recorded, or its media type cannot be validated against a schema',
  },
  'response-property-write-only': {
    about: 'response',
    kind: 'violation',
    meaning: 'a write-only property was returned',
  },
  'response-property-undocumented': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'a property is not declared by the schema',
  },
  'response-number-imprecise': {
    about: 'response',
    kind: 'advice',
    meaning: 'an integer beyond 2^53 loses digits in most JSON parsers',
  },
  'operation-undocumented': {
    about: 'traffic',
    kind: 'undocumented',
    meaning: 'the document does not declare this path or method of the API',
  },
  'request-not-checkable': {
    about: 'traffic',
    kind: 'not-checkable',
    meaning: 'a schema for the request cannot be compiled',
  },
  'response-not-checkable': {
    about: 'traffic',
    kind: 'not-checkable',
    meaning: 'a schema for the response cannot be compiled',
  },
} as const satisfies Record<string, CatalogueEntry>;
