// Commands on a session that several screens offer.
import { signal } from '@preact/signals';
import { control } from './client.ts';
import { run, type Session } from './state.ts';
import { isUsedUp } from './switches.ts';

/** The number of scenarios and switches that are on. */
export function countActive({ scenarios, switches }: Session): number {
  return scenarios.length + switches.filter(each => !isUsedUp(each)).length;
}

/** Counts how often everything was switched off on this page: forms forget what was entered. */
export const timesAllOff = signal(0);

/** Switches everything off that was switched on in the session. */
export async function switchAllOff(id: string): Promise<boolean> {
  timesAllOff.value++;
  return await run(async () => {
    await control('delete', '/sessions/{id}/scenarios', { path: { id } });
    await control('delete', '/sessions/{id}/switches', { path: { id } });
  }, `Everything is off in session "${id}".`);
}

/** One that is enabled already restarts and comes first. */
export async function enableScenario(id: string, scenario: string): Promise<boolean> {
  return await run(
    () => control('post', '/sessions/{id}/scenarios', { path: { id }, body: { scenarios: [scenario] } }),
    `${scenario} is enabled in session "${id}".`,
  );
}

export async function disableScenario(id: string, scenario: string): Promise<boolean> {
  return await run(
    () => control('delete', '/sessions/{id}/scenarios', { path: { id }, query: { scenario } }),
    `${scenario} is disabled in session "${id}".`,
  );
}

/** Clears journal, counts and memory. What is switched on stays on. */
export async function resetSession(id: string): Promise<boolean> {
  return await run(
    () => control('post', '/sessions/{id}/reset', { path: { id } }),
    `Session "${id}" starts again: its journal, counts and memory are empty.`,
  );
}
