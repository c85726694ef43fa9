// Saves a scenario to its file. Returns the result, with the next step or the error.
import { enableScenario } from '../../actions.ts';
import { ControlFailure, control, type Schema } from '../../client.ts';
import { toast } from '../../parts/toast.tsx';
import { commandSession } from '../../state.ts';
import { isEnabled } from './active.ts';

type SaveOutcome =
  | {
      readonly kind: 'saved';
      readonly revision: string;
      readonly notServed: readonly Schema<'ScenarioFinding'>[];
    }
  /** Someone else has changed, created or removed the file. */
  | { readonly kind: 'conflict'; readonly message: string }
  /** The page has shown the reason. */
  | { readonly kind: 'failed' };

let endProblem: (() => void) | undefined;
let endOffer: (() => void) | undefined;

/** Says why a text is not saved, until endSaveProblem. */
export function showSaveProblem(text: string): void {
  endSaveProblem();
  endProblem = toast(`Not saved: ${text}`, 'error');
}

/** An error of one text does not apply to another text. */
export function endSaveProblem(): void {
  endProblem?.();
  endProblem = undefined;
}

/** Ends the offer to enable what was saved, which no time limit ends. */
export function endEnableOffer(): void {
  endOffer?.();
  endOffer = undefined;
}

/** @param revision the one that was edited; undefined: a new file */
export async function saveText(id: string, text: string, revision: string | undefined): Promise<SaveOutcome> {
  endSaveProblem();
  endEnableOffer();
  try {
    const saved = await control('put', '/scenarios/{id}', {
      path: { id },
      body: { text, ...(revision !== undefined && { revision }) },
    });
    if (saved.served) showSaved(id, saved);
    else if (saved.reason === undefined) toast(`Saved to ${saved.file}.`);
    else toast(`Saved to ${saved.file}, but not served: ${saved.reason}.`, 'error');
    return { kind: 'saved', revision: saved.revision, notServed: saved.served ? [] : saved.findings };
  } catch (error) {
    if (!(error instanceof ControlFailure)) throw error;
    if (error.code === 'scenario-changed') return { kind: 'conflict', message: error.message };
    showSaveProblem([error.message, error.hint].filter(Boolean).join(': '));
    return { kind: 'failed' };
  }
}

function showSaved(id: string, { file, onByDefault }: { file: string; onByDefault: boolean }): void {
  const sessionId = commandSession.value;
  if (isEnabled(id, onByDefault)) {
    toast(`Saved to ${file}. Session "${sessionId}" uses it.`);
    return;
  }
  endOffer = toast(`Saved to ${file}. Enable it to use it in session "${sessionId}".`, 'done', {
    label: 'Enable',
    run: () => void enableScenario(sessionId, id),
  });
}
