// Finding codes for differences between a replayed response and the recorded one.
import type { CatalogueEntry } from './catalogue-entry.ts';

export const REPLAY_CODES = {
  'answer-status-differs': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the status differs from the recorded status',
  },
  'answer-media-type-differs': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the media type of the body differs from the recorded one',
  },
  'answer-header-gone': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a recorded response header is missing',
  },
  'answer-header-new': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a response header is not in the recording',
  },
  'answer-body-gone': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the recorded response has a body, the new response is empty',
  },
  'answer-body-new': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the recorded response is empty, the new response has a body',
  },
  'answer-member-gone': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a recorded property of the body is missing',
  },
  'answer-member-new': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a property of the body is not in the recording',
  },
  'answer-member-renamed': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a property of the body has another name and the recorded value',
  },
  'answer-type-differs': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'the type of a value differs from the recorded one',
  },
  'answer-value-differs': {
    about: 'traffic',
    kind: 'advice',
    meaning: 'a value differs from the recorded one and has the same type',
  },
  'answer-value-changed': {
    about: 'traffic',
    kind: 'difference',
    meaning: 'a value differs from the recorded one, and --strict-values is set',
  },
  'answer-not-compared': {
    about: 'traffic',
    kind: 'advice',
    meaning: 'the body is validated but not compared, because the recording does not contain the old one',
  },
} as const satisfies Record<string, CatalogueEntry>;
