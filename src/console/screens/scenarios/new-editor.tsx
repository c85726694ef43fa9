// A scenario that is not saved yet: its API and name, then the same editor.
import { useEffect, useRef, useState } from 'preact/hooks';
import { control } from '../../client.ts';
import { Icon } from '../../parts/icon.tsx';
import { useResource } from '../../resource.ts';
import { navigate } from '../../router.ts';
import { type Api, apis } from '../../state.ts';
import { EditorFrame, EditorPage } from './editor-frame.tsx';
import { useLeaveGuard } from './leave-guard.ts';
import { forgetNewScenario, keepNewScenario, type NewScenario, readNewScenario } from './new-scenario.ts';
import { endSaveProblem, saveText, showSaveProblem } from './save.ts';
import { useLint } from './use-linted-text.ts';
import type { SourceText } from './yaml-editor.tsx';

export function NewScenarioEditor() {
  const { data, error, reload } = useResource(
    () => control('get', '/scenarios'),
    [],
    ({ type }) => type === 'reloaded',
  );
  const served = apis.value;
  return (
    <EditorPage error={error} onRetry={reload}>
      {data !== undefined && served !== undefined && (
        <NewEditor served={served} folder={data.folder} taken={data.scenarios.map(({ id }) => id)} />
      )}
    </EditorPage>
  );
}

interface NewEditorProps {
  readonly served: readonly Api[];
  /** Undefined: this server saves nothing. */
  readonly folder: string | undefined;
  readonly taken: readonly string[];
}

const NAME = '[A-Za-z0-9][A-Za-z0-9_.\\-]{0,60}';
const QUESTION = 'The new scenario is not saved. Leave it?';

function NewEditor({ served, folder, taken }: NewEditorProps) {
  const [draft, setDraft] = useState<NewScenario>(() => firstDraft(served));
  const [source, setSource] = useState<SourceText>(draft);
  const [isSaved, setSaved] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const { api, name, text } = draft;
  const lint = useLint(api, text);
  const isTaken = taken.includes(`${api}/${name}`);
  const isNamed = new RegExp(`^${NAME}$`).test(name);
  const form = useRef<HTMLFormElement>(null);
  useLeaveGuard(!isSaved && text !== source.text, QUESTION);
  useEffect(() => keepNewScenario(draft), [draft]);
  useEffect(() => endSaveProblem, []);
  useEffect(() => {
    if (isSaved) navigate('scenarios', { segments: [`${api}/${name}`] }, true);
  }, [isSaved]);

  /** Ctrl-S may follow the last letter before the page is drawn again. */
  const latest = useRef(draft);
  const change = (changes: Partial<NewScenario>): void => {
    endSaveProblem();
    const before = latest.current;
    // A text that nobody has changed follows the API.
    const follows = changes.api !== undefined && before.text === templateFor(served, before.api);
    const template = follows ? { text: templateFor(served, changes.api ?? '') } : undefined;
    if (template !== undefined) setSource(template);
    latest.current = { ...before, ...changes, ...template };
    setDraft(latest.current);
  };
  const save = async (): Promise<void> => {
    const edited = latest.current;
    const id = `${edited.api}/${edited.name}`;
    if (isSaving || folder === undefined || taken.includes(id)) return;
    setSaving(true);
    const outcome = await saveText(id, edited.text, undefined);
    setSaving(false);
    if (outcome.kind === 'conflict') showSaveProblem(`${outcome.message}: choose another name.`);
    if (outcome.kind !== 'saved') return;
    forgetNewScenario();
    setSaved(true);
  };

  return (
    <form
      ref={form}
      class="stack"
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
    >
      <header class="editor-head">
        <h2>New scenario</h2>
        <div class="row">
          <SaveButton
            folder={folder}
            id={isNamed ? `${api}/${name}` : undefined}
            isDisabled={isTaken || isSaving}
          />
        </div>
      </header>
      <div class="row new-fields">
        <label class="field">
          API
          <select value={api} onChange={event => change({ api: event.currentTarget.value })}>
            {served.map(each => (
              <option key={each.name} value={each.name}>
                {each.name}
              </option>
            ))}
          </select>
        </label>
        <label class="field new-name">
          Name
          <input
            class="mono"
            value={name}
            required
            pattern={NAME}
            autocomplete="off"
            spellcheck={false}
            placeholder="not-found-once"
            aria-describedby="name-hint"
            aria-invalid={name !== '' && (!isNamed || isTaken)}
            onInput={event => change({ name: event.currentTarget.value })}
          />
        </label>
        <p id="name-hint" class={name !== '' && (!isNamed || isTaken) ? 'field-error' : 'muted'}>
          {isTaken
            ? `${api}/${name} exists already: choose another name.`
            : `The name of the file${folder === undefined ? '' : ` in ${folder}/${api}`}: letters, digits, "-", "_" and ".".`}
        </p>
      </div>
      {folder === undefined && (
        <div class="notice">
          <Icon name="info" />
          <p>
            This server saves no scenarios: it was started with --read-only, or without a folder of scenarios.
            Copy the text to a file, or start it with --scenarios and the folder.
          </p>
        </div>
      )}
      <EditorFrame
        api={api}
        label="Text of the new scenario"
        source={source}
        text={text}
        isReadOnly={false}
        lint={lint}
        onChange={next => change({ text: next })}
        onSave={() => form.current?.requestSubmit()}
      />
    </form>
  );
}

interface SaveButtonProps {
  readonly folder: string | undefined;
  /** Undefined: the name is missing or wrong. */
  readonly id: string | undefined;
  readonly isDisabled: boolean;
}

function SaveButton({ folder, id, isDisabled }: SaveButtonProps) {
  if (folder === undefined) return null;
  return (
    <button type="submit" class="button button-primary" disabled={isDisabled}>
      {id === undefined ? 'Save' : `Save to ${id}.yaml`}
    </button>
  );
}

function firstDraft(served: readonly Api[]): NewScenario {
  const { api = '', name = '', text = '' } = readNewScenario() ?? {};
  const known = served.some(each => each.name === api) ? api : (served[0]?.name ?? '');
  return { api: known, name, text: text === '' ? templateFor(served, known) : text };
}

/** A scenario that works: the first error that the first operation declares. */
function templateFor(served: readonly Api[], api: string): string {
  const [operation] = served.find(({ name }) => name === api)?.operations ?? [];
  const statuses = operation?.responses.map(({ sends }) => sends) ?? [];
  const status = statuses.find(each => each >= 400) ?? statuses[0] ?? 200;
  const on =
    operation === undefined || /^[\w.-]+$/.test(operation.id) ? operation?.id : JSON.stringify(operation.id);
  return `title: What this scenario is for, in one sentence
rules:
  - on: ${on ?? '"*"'}
    reply: ${status}
    # Or a list, one reply for each call; "then" says what follows the last one:
    # reply: [${status}, ${status}]
    # then: pass-on
`;
}
