// Saves a text to its file, and tells apart what can go wrong.
import { ControlFailure, control, type Schema } from '../../client.ts';
import { toast } from '../../parts/toast.tsx';
import { toastFailure } from '../../state.ts';

type SaveOutcome =
  | {
      readonly kind: 'saved';
      readonly revision: string;
      readonly notServed: readonly Schema<'ScenarioFinding'>[];
    }
  /** Someone else has changed, created or removed the file. */
  | { readonly kind: 'conflict'; readonly message: string }
  /** The user has been told why. */
  | { readonly kind: 'failed' };

/** @param revision the one that was edited; undefined: a new file */
export async function saveText(id: string, text: string, revision: string | undefined): Promise<SaveOutcome> {
  try {
    const saved = await control('put', '/scenarios/{id}', {
      path: { id },
      body: { text, ...(revision !== undefined && { revision }) },
    });
    toast(saved.served ? `Saved to ${saved.file}, and served.` : `Saved to ${saved.file}.`);
    return { kind: 'saved', revision: saved.revision, notServed: saved.served ? [] : saved.findings };
  } catch (error) {
    if (!(error instanceof ControlFailure)) throw error;
    if (error.code === 'scenario-changed') return { kind: 'conflict', message: error.message };
    toastFailure(error);
    return { kind: 'failed' };
  }
}
