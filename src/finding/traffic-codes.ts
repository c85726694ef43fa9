// Finding codes that only a check or replay of recorded traffic reports.
import type { CatalogueEntry } from './catalogue-entry.ts';

export const TRAFFIC_CODES = {
  'operation-undocumented': {
    about: 'traffic',
    kind: 'undocumented',
    meaning: 'the document does not declare this path or method of the API',
    fix: 'Add the operation to the document, or find the client that sends the request.',
  },
  'request-not-checkable': {
    about: 'traffic',
    kind: 'not-checkable',
    meaning: 'the request, or a part of it, cannot be validated, because the document declares it wrongly',
    fix: 'Run "deadringer lint" and correct the document at the reported line.',
  },
  'response-not-checkable': {
    about: 'traffic',
    kind: 'not-checkable',
    meaning:
      'the response, or a part of it, cannot be validated: the document declares it wrongly, or HTTP itself provides for the status',
    fix: 'Run "deadringer lint" and correct the document at the reported line. A status that HTTP provides for needs no correction.',
  },
  'answer-status-differs': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the status differs from the recorded status',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-media-type-differs': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the media type of the body differs from the recorded one',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-header-gone': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a recorded response header is missing',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-header-new': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a response header is not in the recording',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-body-gone': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the recorded response has a body, and the new response has none',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-body-new': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the recorded response has no body, and the new response has one',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-member-gone': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a recorded property of the body is missing',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-member-new': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a property of the body is not in the recording',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-member-renamed': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a property of the body has another name and the recorded value',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-type-differs': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the type of a value differs from the recorded one',
    fix: 'Correct the server if the change is a mistake. Otherwise record the traffic again.',
  },
  'answer-value-differs': {
    about: 'traffic',
    kind: 'advice',
    meaning: 'a value differs from the recorded one and has the same type',
    fix: 'Use --strict-values to report such values as differences.',
  },
  'answer-value-changed': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a value differs from the recorded one, and --strict-values is set',
    fix: 'Replay without --strict-values if the values change with the data.',
  },
  'answer-not-compared': {
    about: 'traffic',
    kind: 'advice',
    meaning: 'the body is validated but not compared, because the recording does not contain the old one',
    fix: 'Record again with bodies.',
  },
} as const satisfies Record<string, CatalogueEntry>;
