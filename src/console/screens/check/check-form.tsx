// Chooses a recording, and what it is checked against.
import { Icon } from '../../parts/icon.tsx';
import { apis, commandSession, run, sessions } from '../../state.ts';
import { type CheckChoices, checkSession, choices } from './check-state.ts';

export function CheckForm({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  return (
    <>
      <section class="card check-drop-zone" aria-labelledby="check-drop">
        <Icon name="upload" />
        <h2 id="check-drop">Drop a recording here</h2>
        <p class="muted">
          HAR, NDJSON, WireMock, Postman or VCR, also as .gz or .zip. It is checked on this server, and is not
          kept.
        </p>
        <label class="button button-primary check-file-button">
          <input
            type="file"
            class="visually-hidden"
            onChange={event => {
              const input = event.currentTarget;
              const files = [...(input.files ?? [])];
              // The same file can be chosen again.
              input.value = '';
              onFiles(files);
            }}
          />
          Choose a file
        </label>
        <JournalButton />
      </section>
      <Choices />
    </>
  );
}

function JournalButton() {
  const id = commandSession.value;
  const entries = sessions.value?.find(each => each.id === id)?.journal.entries ?? 0;
  if (entries === 0) return null;
  return (
    <button type="button" class="button" onClick={() => void run(() => checkSession(id))}>
      Check what session “{id}” was served
    </button>
  );
}

function Choices() {
  const { api, server, side } = choices.value;
  const choose = (change: Partial<CheckChoices>): void => {
    choices.value = { ...choices.value, ...change };
  };
  return (
    <section class="card" aria-labelledby="check-choices">
      <h2 id="check-choices">Check against</h2>
      <div class="check-choices">
        <label class="field">
          Documents
          <select value={api} onChange={event => choose({ api: event.currentTarget.value })}>
            <option value="">All that this server serves</option>
            {apis.value?.map(({ name, title }) => (
              <option key={name} value={name}>
                {name} · {title}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          Server of the recording, if no document names it
          <input
            type="text"
            inputMode="url"
            placeholder="https://staging.example.com"
            spellcheck={false}
            value={server}
            onInput={event => choose({ server: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          What can fail the check
          <select
            value={side}
            onChange={event => choose({ side: event.currentTarget.value as CheckChoices['side'] })}
          >
            <option value="both">Invalid requests and invalid responses</option>
            <option value="client">Only invalid requests</option>
            <option value="provider">Only invalid responses</option>
          </select>
        </label>
      </div>
    </section>
  );
}
