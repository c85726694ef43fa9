// Names a session for a new tester.
import { useState } from 'preact/hooks';
import { ControlFailure, control } from '../../client.ts';
import { Dialog, DialogActions } from '../../parts/dialog.tsx';
import { freeName } from './session-names.ts';

interface NewSessionProps {
  readonly taken: readonly string[];
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

/** As the server accepts it. */
const NAME = '[A-Za-z0-9][A-Za-z0-9._\\-]{0,63}';

export function NewSession({ taken, onClose, onCreated }: NewSessionProps) {
  const [name, setName] = useState(() => freeName(taken));
  const [problem, setProblem] = useState('');
  const create = async (): Promise<void> => {
    try {
      await control('post', '/sessions', { body: { id: name } });
      onCreated(name);
    } catch (error) {
      if (!(error instanceof ControlFailure)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <Dialog title="New tester" onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          void create();
        }}
      >
        <label class="field">
          Name of the session
          <input
            type="text"
            required
            pattern={NAME}
            title="At most 64 letters, digits, '.', '_' and '-'"
            autocomplete="off"
            spellcheck={false}
            value={name}
            aria-describedby={problem === '' ? undefined : 'new-session-problem'}
            onInput={event => setName(event.currentTarget.value)}
          />
        </label>
        {problem !== '' && (
          <p id="new-session-problem" class="field-error" role="alert">
            {problem}
          </p>
        )}
        <DialogActions onCancel={onClose}>
          <button type="submit" class="button button-primary">
            Create the session
          </button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
