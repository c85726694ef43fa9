// Switches the answer of an operation for the current session on and off.
import { control } from '../../client.ts';
import { currentSession } from '../../router.ts';
import { run, session } from '../../state.ts';

/** An answer: a status, and a named example of the document. */
export interface Answer {
  readonly status: number;
  readonly example?: string | undefined;
}

/** The answer that is switched on for an operation in the current session. */
export function switchedAnswer(target: string): Answer | undefined {
  const found = session.value?.switches.find(each => each.target === target);
  return found?.status === undefined ? undefined : { status: found.status, example: found.example };
}

/** @param answer undefined: off */
export function switchAnswer(target: string, answer: Answer | undefined): Promise<boolean> {
  const path = { id: currentSession.value, target };
  const change = { status: answer?.status ?? null, example: answer?.example ?? null };
  return run(() => control('patch', '/sessions/{id}/switches/{target}', { path, body: change }));
}
