// Switches the answer of an operation for the current session on and off.
import { currentSession } from '../../router.ts';
import { session } from '../../state.ts';
import { changeSwitch, type SwitchPatch } from '../../switches.ts';

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

/** Whether all calls of an operation get the answer, not only some. */
export function isForAllCalls(target: string): boolean {
  const { after, times } = session.value?.switches.find(each => each.target === target) ?? {};
  return after === undefined && times === undefined;
}

/**
 * For all calls. A delay or fault of the operation stays.
 * @param answer undefined: off
 * @param done said when it is done
 */
export function switchAnswer(target: string, answer: Answer | undefined, done?: string): Promise<boolean> {
  const body: SwitchPatch =
    answer === undefined
      ? { status: null, example: null }
      : { status: answer.status, example: answer.example ?? null, after: null, times: null };
  return changeSwitch(currentSession.value, target, body, done);
}
