// Binds a credential to a session. The page sends it once and does not show it again; the server keeps a hash of it.
import { useState } from 'preact/hooks';
import { ControlFailure, control } from '../../client.ts';
import { Dialog, DialogActions } from '../../parts/dialog.tsx';
import { toast } from '../../parts/toast.tsx';

interface BindCredentialProps {
  readonly id: string;
  readonly onClose: () => void;
}

export function BindCredential({ id, onClose }: BindCredentialProps) {
  const [credential, setCredential] = useState('');
  const [failure, setFailure] = useState<ControlFailure>();
  const isTaken = failure?.code === 'credential-bound';
  const bind = async (): Promise<void> => {
    try {
      await control('post', '/sessions/{id}/credentials', {
        path: { id },
        body: { credential, ...(isTaken && { move: true }) },
      });
      toast(`Requests with this credential use session "${id}".`);
      onClose();
    } catch (error) {
      if (!(error instanceof ControlFailure)) throw error;
      setFailure(error);
    }
  };
  return (
    <Dialog title={`Bind a credential to "${id}"`} onClose={onClose}>
      <p class="muted">
        An app that sends this bearer token, API key or user of Basic authentication uses the session without
        any other change. The server keeps a hash; the credential is not shown again.
      </p>
      <form
        onSubmit={event => {
          event.preventDefault();
          void bind();
        }}
      >
        <label class="field">
          Credential
          <input
            type="password"
            required
            autocomplete="off"
            value={credential}
            onInput={event => {
              setCredential(event.currentTarget.value);
              setFailure(undefined);
            }}
          />
        </label>
        {failure !== undefined && (
          <p class="field-error" role="alert">
            {failure.message}
          </p>
        )}
        <DialogActions onCancel={onClose}>
          <button type="submit" class="button button-primary">
            {isTaken ? 'Take it from that session' : 'Bind'}
          </button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
