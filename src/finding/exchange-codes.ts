// What can be said of an exchange: of its request, of its response, and of traffic that only a recording shows.
import type { Entry } from './entry.ts';

export const EXCHANGE_CODES = {
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
