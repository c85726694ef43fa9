// Switches the answer of an operation for the current session on and off.
import { currentSession } from '../../router.ts';
import { session } from '../../state.ts';
import { changeSwitch } from '../../switches.ts';

/** An answer: a status, and a named example of the document. */
export interface Answer {
  readonly status: number;
  readonly example?: string | undefined;
}

/** The answer that is switched on for an operation in the current session. */
export function switchedAnswer(target: string): Answer | undefined {
  const found = session.value?.switches.find(each => each.target === target);
  if (found?.status === undefined || found.state === 'used-up') return undefined;
  return { status: found.status, example: found.example };
}

/** @param answer undefined: off. A delay or fault of the operation stays. */
export function switchAnswer(target: string, answer: Answer | undefined): Promise<boolean> {
  const body = { status: answer?.status ?? null, example: answer?.example ?? null };
  return changeSwitch(currentSession.value, target, body);
}
