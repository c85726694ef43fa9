// Hands the text of a new scenario to the editor: from "turn into a scenario", from a copy, or empty. It survives a reload.
import { navigate } from '../../router.ts';

export interface NewScenario {
  readonly api: string;
  /** The proposed name of the file, without folder and extension. */
  readonly name: string;
  readonly text: string;
}

const KEY = 'deadringer-new-scenario';

/** The segment of the address of the scenario that is not saved yet. Ids of scenarios have a "/" or a ".". */
export const NEW_SCENARIO = 'new';

/** Opens the editor with a text that is not saved yet. */
export function openNewScenario(scenario: NewScenario): void {
  sessionStorage.setItem(KEY, JSON.stringify(scenario));
  navigate('scenarios', { segments: [NEW_SCENARIO] });
}

export function readNewScenario(): NewScenario | undefined {
  const stored = sessionStorage.getItem(KEY);
  return stored === null ? undefined : (JSON.parse(stored) as NewScenario);
}

export function keepNewScenario(scenario: NewScenario): void {
  sessionStorage.setItem(KEY, JSON.stringify(scenario));
}

export function forgetNewScenario(): void {
  sessionStorage.removeItem(KEY);
}
