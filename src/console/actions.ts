// Commands on a session that several screens offer.
import { control } from './client.ts';
import { run, type Session } from './state.ts';

/** What the session changes, in words: scenarios, then the delivery. */
export function activeChanges({ scenarios, deliver }: Session): readonly string[] {
  return [...scenarios, ...(deliver === undefined ? [] : [`delivery ${JSON.stringify(deliver)}`])];
}

/** Switches everything off that was switched on in the session. */
export async function switchAllOff(id: string): Promise<boolean> {
  return await run(async () => {
    await control('delete', '/sessions/{id}/scenarios', { path: { id } });
    await control('put', '/sessions/{id}/delivery', { path: { id }, body: null });
  }, `Everything is off in session "${id}".`);
}

/** Clears journal, counts and memory. What is switched on stays on. */
export async function resetSession(id: string): Promise<boolean> {
  return await run(
    () => control('post', '/sessions/{id}/reset', { path: { id } }),
    `Session "${id}" starts again: its journal, counts and memory are empty.`,
  );
}
