// Asks for the token of the control API, once for the tab.
import { useState } from 'preact/hooks';
import { giveToken, tokenWanted } from '../client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { toast } from '../parts/toast.tsx';

export function TokenDialog() {
  const wanted = tokenWanted.value;
  const [token, setToken] = useState('');
  if (wanted === undefined) return null;
  return (
    <Dialog
      title="Token"
      onClose={() =>
        toast('Without its token, the server shows nothing. Reload the page to try again.', 'warning')
      }
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          if (token !== '') giveToken(token);
        }}
      >
        <p>
          This server can be reached by other machines, so it asks for the token that it was started with (
          <code>--token</code> or <code>DEADRINGER_TOKEN</code>). This tab keeps it until you close it.
        </p>
        {wanted.wasWrong && (
          <p class="field-error" role="alert">
            The server does not accept this token.
          </p>
        )}
        <label class="field">
          Token
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            autofocus
            value={token}
            onInput={event => setToken(event.currentTarget.value)}
          />
        </label>
        <div class="dialog-actions">
          <button type="submit" class="button button-primary">
            Open the console
          </button>
        </div>
      </form>
    </Dialog>
  );
}
