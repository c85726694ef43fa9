// Finding codes for responses.
import type { CatalogueEntry } from './catalogue-entry.ts';

export const RESPONSE_CODES = {
  'status-undocumented': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'the operation does not declare the status of the response',
    fix: 'Declare the status, a range such as 4XX, or a default response.',
  },
  'response-header-missing': {
    about: 'response',
    kind: 'violation',
    meaning: 'a required response header is missing',
    fix: 'Make the server send the header, or declare it as optional.',
  },
  'response-header-malformed': {
    about: 'response',
    kind: 'violation',
    meaning: 'a response header cannot be parsed as its declared type',
    fix: 'Correct the value that the server sends, or the declared type.',
  },
  'response-header-schema': {
    about: 'response',
    kind: 'violation',
    meaning: 'a response header does not match its schema',
    fix: 'Correct the value that the server sends, or the schema.',
  },
  'response-header-not-checkable': {
    about: 'response',
    kind: 'not-checkable',
    meaning:
      'OpenAPI does not define the style of a response header, a pattern of its schema cannot be checked, or the recording omits it',
    fix: 'Declare the style "simple", or record the header.',
  },
  'response-header-undocumented': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'the response does not declare a header that was sent',
    fix: 'Declare the header. Standard headers and those of proxies need no declaration.',
  },
  'response-media-type': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'the response does not declare the media type of its body',
    fix: 'Declare the media type, or correct the Content-Type that the server sends.',
  },
  'response-media-type-missing': {
    about: 'response',
    kind: 'violation',
    meaning: 'the response has a body and no Content-Type, and the document declares a media type',
    fix: 'Make the server send a Content-Type.',
  },
  'response-body-missing': {
    about: 'response',
    kind: 'violation',
    meaning: 'the document declares a body, and the response has none',
    fix: 'Make the server send the body, or declare the response without content.',
  },
  'response-body-unexpected': {
    about: 'response',
    kind: 'violation',
    meaning: 'the response has a body where HTTP allows none (204, 304, HEAD)',
    fix: 'Make the server send no body, or another status.',
  },
  'response-body-undocumented': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'the document declares no body, and the response has one',
    fix: 'Declare the content of the response, or make the server send no body.',
  },
  'response-body-malformed': {
    about: 'response',
    kind: 'violation',
    meaning: 'the response body cannot be parsed as its media type',
    fix: 'Correct the body or the Content-Type that the server sends.',
  },
  'response-body-schema': {
    about: 'response',
    kind: 'violation',
    meaning: 'the response body does not match its schema',
    fix: 'Correct the response of the server, or the schema.',
  },
  'response-body-undecodable': {
    about: 'response',
    kind: 'undecodable',
    meaning: 'the response body broke off, or its content coding is damaged or unknown',
    fix: 'Find out who closed the connection, or correct the Content-Encoding of the server.',
  },
  'response-body-not-checkable': {
    about: 'response',
    kind: 'not-checkable',
    meaning:
      'the response body was not recorded, is a part of the whole, or its media type or its schema does not allow validation',
    fix: 'Record response bodies. Correct the schema that the message names.',
  },
  'response-property-write-only': {
    about: 'response',
    kind: 'violation',
    meaning: 'the response body contains a property that is marked as writeOnly',
    fix: 'Make the server leave the property out: writeOnly properties are often secrets.',
  },
  'response-property-undocumented': {
    about: 'response',
    kind: 'undocumented',
    meaning: 'the schema does not declare a property of the response body',
    fix: 'Declare the property, or make the server leave it out.',
  },
  'response-number-imprecise': {
    about: 'response',
    kind: 'advice',
    meaning:
      'the response body contains a number that loses digits in most JSON parsers, such as an integer beyond 2^53',
    fix: 'Send such numbers as strings.',
  },
} as const satisfies Record<string, CatalogueEntry>;
