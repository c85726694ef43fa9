// What can be said of an answer that is held beside the one that was recorded.
import type { Entry } from './entry.ts';

export const ANSWER_CODES = {
  'answer-status-differs': {
    about: 'traffic',
    kind: 'difference',
    means: 'the status is not the one that was recorded',
  },
  'answer-media-type-differs': {
    about: 'traffic',
    kind: 'difference',
    means: 'the body has another media type than the one that was recorded',
  },
  'answer-header-gone': {
    about: 'traffic',
    kind: 'difference',
    means: 'a response header that was recorded is not sent any more',
  },
  'answer-header-new': {
    about: 'traffic',
    kind: 'difference',
    means: 'a response header is sent that the recording does not have',
  },
  'answer-body-gone': {
    about: 'traffic',
    kind: 'difference',
    means: 'a body was recorded, and the answer is empty now',
  },
  'answer-body-new': {
    about: 'traffic',
    kind: 'difference',
    means: 'the recorded answer was empty, and there is a body now',
  },
  'answer-member-gone': {
    about: 'traffic',
    kind: 'difference',
    means: 'a member of the body that was recorded is not there any more',
  },
  'answer-member-new': {
    about: 'traffic',
    kind: 'difference',
    means: 'the body has a member that the recording does not have',
  },
  'answer-member-renamed': {
    about: 'traffic',
    kind: 'difference',
    means: 'a member of the body stands under another name, with the value that was recorded',
  },
  'answer-type-differs': {
    about: 'traffic',
    kind: 'difference',
    means: 'a value is of another type than the one that was recorded',
  },
  'answer-value-differs': {
    about: 'traffic',
    kind: 'advice',
    means: 'a value of the same type is not the one that was recorded',
  },
  'answer-value-changed': {
    about: 'traffic',
    kind: 'difference',
    means: 'a value is not the one that was recorded, and values were asked to be equal',
  },
  'answer-not-compared': {
    about: 'traffic',
    kind: 'advice',
    means: 'the body is judged, and not compared: the recording does not have the one of then',
  },
} as const satisfies Record<string, Entry>;
