// Finding codes for requests.
import type { CatalogueEntry } from './catalogue-entry.ts';

export const REQUEST_CODES = {
  'credentials-missing': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'security',
    meaning: 'the request meets no security requirement of the operation',
    fix: 'Send the credentials that the message names.',
  },
  'credentials-malformed': {
    about: 'request',
    kind: 'advice',
    meaning: 'the credentials do not have the form that their scheme requires',
    fix: 'Send the form that the message describes. Many servers reject any other.',
  },
  'security-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    meaning: 'the security scheme cannot be checked from one request, or the recording omits the credentials',
  },
  'request-media-type': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'media-type',
    meaning: 'the media type of the request body is not one that the operation declares',
    fix: 'Send a Content-Type that the operation declares, or add the media type to its requestBody.',
  },
  'accept-unsatisfiable': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'accept',
    meaning: 'the Accept header excludes every media type that the operation returns',
    fix: 'Accept one of the media types that the message lists.',
  },
  'parameter-missing': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'parameters',
    meaning: 'a required parameter is missing',
    fix: 'Send the parameter, or declare it as optional.',
  },
  'parameter-malformed': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'parameters',
    meaning: 'a parameter cannot be parsed in its declared style and type',
    fix: 'Send the parameter in the style that the document declares.',
  },
  'parameter-schema': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'parameters',
    meaning: 'a parameter does not match its schema',
    fix: 'Send a value that the schema allows, or correct the schema.',
  },
  'parameter-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    meaning:
      'OpenAPI does not define this combination of style, explode and type, a pattern cannot be checked, or the recording omits the parameter',
    fix: 'Declare a style that OpenAPI defines for the type, or record the parameter.',
  },
  'parameter-undocumented': {
    about: 'request',
    kind: 'undocumented',
    meaning: 'the operation does not declare a query parameter that was sent',
    fix: 'Declare the parameter, or stop sending it. A misspelled name is a common cause.',
  },
  'request-header-undocumented': {
    about: 'request',
    kind: 'advice',
    meaning:
      'no operation of the document declares a header field that was sent, and HTTP does not define it',
    fix: 'Declare the header, or stop sending it. A misspelled name is a common cause.',
  },
  'operation-deprecated': {
    about: 'request',
    kind: 'advice',
    meaning: 'the operation is marked as deprecated',
    fix: 'Use the operation that replaces it.',
  },
  'parameter-deprecated': {
    about: 'request',
    kind: 'advice',
    meaning: 'a parameter that was sent is marked as deprecated',
    fix: 'Use the parameter that replaces it.',
  },
  'request-body-missing': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'body',
    meaning: 'the operation requires a body, and the request has none',
    fix: 'Send a body, or declare "required: false" for the requestBody.',
  },
  'request-body-undocumented': {
    about: 'request',
    kind: 'undocumented',
    meaning: 'the operation declares no body, and the request has one',
    fix: 'Declare a requestBody, or send none.',
  },
  'request-body-malformed': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'malformed-body',
    meaning: 'the request body cannot be parsed as its media type',
    fix: 'Send a body in the syntax of its Content-Type.',
  },
  'request-body-schema': {
    about: 'request',
    kind: 'violation',
    refusalReason: 'body',
    meaning: 'the request body does not match its schema',
    fix: 'Send a value that the schema allows, or correct the schema.',
  },
  'request-body-undecodable': {
    about: 'request',
    kind: 'undecodable',
    meaning: 'the request body broke off, or its content coding is damaged or unknown',
    fix: 'Find out why the client stopped sending, or correct its Content-Encoding.',
  },
  'request-body-not-checkable': {
    about: 'request',
    kind: 'not-checkable',
    meaning:
      'the request body was not recorded, is a part of the whole, or its media type or its schema does not allow validation',
    fix: 'Record request bodies. Correct the schema that the message names.',
  },
  'request-property-read-only': {
    about: 'request',
    kind: 'advice',
    meaning: 'the request body contains a property that is marked as readOnly',
    fix: 'Leave the property out: the server ignores or rejects it.',
  },
  'request-property-undocumented': {
    about: 'request',
    kind: 'undocumented',
    meaning: 'the schema does not declare a property of the request body',
    fix: 'Declare the property, or stop sending it. A misspelled name is a common cause.',
  },
  'request-number-imprecise': {
    about: 'request',
    kind: 'advice',
    meaning:
      'the request body contains a number that loses digits in most JSON parsers, such as an integer beyond 2^53',
    fix: 'Send such numbers as strings.',
  },
} as const satisfies Record<string, CatalogueEntry>;
