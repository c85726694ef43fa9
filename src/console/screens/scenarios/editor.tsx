// One scenario: its text in the editor, saved to its file on request only.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ControlFailure, control, type Schema } from '../../client.ts';
import { Icon } from '../../parts/icon.tsx';
import { useResource } from '../../resource.ts';
import { run } from '../../state.ts';
import { isEnabled } from './active.ts';
import { EditorFrame, EditorPage } from './editor-frame.tsx';
import { useLeaveGuard } from './leave-guard.ts';
import { openNewScenario } from './new-scenario.ts';
import { endEnableOffer, endSaveProblem, saveText } from './save.ts';
import { ToggleButton } from './table.tsx';
import { useLint } from './use-linted-text.ts';
import type { SourceText } from './yaml-editor.tsx';

type ScenarioDetail = Schema<'ScenarioDetail'>;

export function ScenarioEditor({ id }: { readonly id: string }) {
  const { data, error, reload } = useResource(
    () => control('get', '/scenarios/{id}', { path: { id } }),
    [id],
    ({ type }) => type === 'reloaded',
  );
  return (
    <EditorPage error={error} onRetry={reload}>
      {data !== undefined && <LoadedEditor key={id} scenario={data} />}
    </EditorPage>
  );
}

/** @param scenario as the server has it now; the user may be editing an earlier revision */
function LoadedEditor({ scenario }: { readonly scenario: ScenarioDetail }) {
  const { id, api, from, readOnly, onByDefault } = scenario;
  const [base, setBase] = useState({ text: scenario.text, revision: scenario.revision });
  const [source, setSource] = useState<SourceText>(base);
  const [text, setText] = useState(scenario.text);
  /** Ctrl-S may follow the last letter before the page is drawn again. */
  const latest = useRef(text);
  const [conflict, setConflict] = useState<string>();
  const [notServed, setNotServed] = useState<readonly Schema<'ScenarioFinding'>[]>([]);
  const [isSaving, setSaving] = useState(false);
  const lint = useLint(api, text);
  const isChanged = text !== base.text;
  const isActive = isEnabled(id, onByDefault);
  useLeaveGuard(isChanged, `${id} has changes that are not saved. Leave it and lose them?`);

  useEffect(() => endMessages, []);
  useEffect(() => {
    if (isActive) endEnableOffer();
  }, [isActive]);

  const change = (next: string): void => {
    if (next !== latest.current) endMessages();
    latest.current = next;
    setText(next);
  };
  const replaceText = (next: string): void => {
    setSource({ text: next });
    change(next);
  };
  const take = ({ text: next, revision }: Pick<ScenarioDetail, 'text' | 'revision'>): void => {
    setBase({ text: next, revision });
    replaceText(next);
    setConflict(undefined);
  };
  useEffect(() => {
    if (scenario.revision === base.revision) return;
    // The event of one's own save may arrive before its answer.
    if (scenario.text === text) setBase(scenario);
    else if (isChanged) setConflict(`${from} has changed since you opened it.`);
    else take(scenario);
  }, [scenario.revision]);

  const save = async (revision: string | undefined): Promise<void> => {
    const edited = latest.current;
    if (isSaving || readOnly || edited === base.text) return;
    setSaving(true);
    const outcome = await saveText(id, edited, revision);
    setSaving(false);
    if (outcome.kind === 'conflict') setConflict(`${outcome.message}.`);
    if (outcome.kind !== 'saved') return;
    setBase({ text: edited, revision: outcome.revision });
    setNotServed(outcome.notServed);
    setConflict(undefined);
  };
  const takeTheirs = (): Promise<boolean> =>
    run(async () => take(await control('get', '/scenarios/{id}', { path: { id } })));
  const replaceTheirs = async (): Promise<void> => save(await revisionOnDisk(id));

  return (
    <div class="stack">
      <EditorHead scenario={scenario} isChanged={isChanged}>
        <ToggleButton id={id} isActive={isActive} />
        <button
          type="button"
          class="button"
          onClick={() => openNewScenario({ api, name: copyName(scenario), text })}
        >
          <Icon name="copy" />
          Copy to a new file
        </button>
        {!readOnly && (
          <>
            <button type="button" class="button" disabled={!isChanged} onClick={() => replaceText(base.text)}>
              Undo all changes
            </button>
            <button
              type="button"
              class="button button-primary"
              disabled={!isChanged || isSaving}
              onClick={() => void save(base.revision)}
            >
              Save to {fileName(from)}
            </button>
          </>
        )}
      </EditorHead>
      {scenario.readOnlyReason !== undefined && (
        <div class="notice">
          <Icon name="info" />
          <p>This text cannot be changed: {scenario.readOnlyReason}.</p>
        </div>
      )}
      {conflict !== undefined && (
        <div class="notice notice-warning" role="alert">
          <Icon name="warning" />
          <p>{conflict} Your text is not saved.</p>
          <button type="button" class="button" onClick={() => void takeTheirs()}>
            Take the text of the file
          </button>
          <button type="button" class="button button-danger" onClick={() => void replaceTheirs()}>
            Replace it by mine
          </button>
        </div>
      )}
      {notServed.length > 0 && <NotServed findings={notServed} />}
      <EditorFrame
        api={api}
        label={`Text of ${id}`}
        source={source}
        text={text}
        isReadOnly={readOnly}
        lint={lint}
        onChange={change}
        onSave={() => void save(base.revision)}
      />
    </div>
  );
}

function endMessages(): void {
  endSaveProblem();
  endEnableOffer();
}

/** @returns undefined if the file was removed */
async function revisionOnDisk(id: string): Promise<string | undefined> {
  try {
    return (await control('get', '/scenarios/{id}', { path: { id } })).revision;
  } catch (error) {
    // Any other failure is that of the save that follows.
    if (!(error instanceof ControlFailure)) throw error;
    return undefined;
  }
}

function fileName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}

/** "petstore.getPet.404" is copied to "getPet-404", "petstore/slow" to "slow-copy". */
function copyName({ id, api, from }: ScenarioDetail): string {
  const name = id.slice(api.length + 1);
  return from === 'built in' ? name.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '') : `${name}-copy`;
}

interface EditorHeadProps {
  readonly scenario: ScenarioDetail;
  readonly isChanged: boolean;
  readonly children: preact.ComponentChildren;
}

function EditorHead({ scenario, isChanged, children }: EditorHeadProps) {
  const { id, from, onByDefault } = scenario;
  return (
    <header class="editor-head">
      <div>
        <h2 class="mono">{id}</h2>
        <p class="row">
          <code class="muted">{from}</code>
          {isEnabled(id, onByDefault) && <span class="badge tone-green">enabled</span>}
          {onByDefault && <span class="badge">by default</span>}
          {isChanged && <span class="badge tone-amber">not saved</span>}
        </p>
      </div>
      <div class="row">{children}</div>
    </header>
  );
}

function NotServed({ findings }: { readonly findings: readonly Schema<'ScenarioFinding'>[] }) {
  return (
    <div class="notice notice-warning" role="alert">
      <Icon name="warning" />
      <div>
        <p>The file is saved, but the server still serves the previous version. Correct this first:</p>
        <ul>
          {findings.map(({ location, message }) => (
            <li key={`${location} ${message}`}>
              <code>{location}</code> {message}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
