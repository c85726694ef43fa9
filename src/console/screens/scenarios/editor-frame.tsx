// The editor with its findings: each finding and each rule leads to its line.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Schema } from '../../client.ts';
import { Icon } from '../../parts/icon.tsx';
import type { Editor } from './code-mirror.ts';
import { useCompletion } from './use-completion.ts';
import type { Lint } from './use-linted-text.ts';
import { YamlEditor } from './yaml-editor.tsx';

type ScenarioFinding = Schema<'ScenarioFinding'>;

interface EditorFrameProps {
  readonly api: string;
  /** For screen readers: what is edited. */
  readonly label: string;
  readonly text: string;
  readonly isReadOnly: boolean;
  readonly lint: Lint;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  /** Below the findings. */
  readonly children?: ComponentChildren;
}

export function EditorFrame({ api, label, text, isReadOnly, lint, onChange, onSave, children }: EditorFrameProps) {
  const editor = useRef<Pick<Editor, 'goTo'>>(null);
  const complete = useCompletion(api);
  return (
    <div class="editor-grid">
      <div class="editor-box">
        <YamlEditor
          editorRef={editor}
          label={label}
          text={text}
          isReadOnly={isReadOnly}
          findings={lint.findings ?? NO_FINDINGS}
          complete={complete}
          onChange={onChange}
          onSave={onSave}
        />
        <p class="muted editor-keys">
          {isReadOnly ? null : (
            <>
              <span>
                <kbd>Ctrl-Space</kbd> completes
              </span>
              <span>
                <kbd>Ctrl-S</kbd> saves
              </span>
              <span>
                <kbd>F8</kbd> next finding
              </span>
              <span>
                <kbd>Esc</kbd> <kbd>Tab</kbd> leaves the editor
              </span>
            </>
          )}
        </p>
      </div>
      <div class="stack editor-side">
        <FindingList lint={lint} onGoTo={(line, column) => editor.current?.goTo(line, column)} />
        {children}
      </div>
    </div>
  );
}

const NO_FINDINGS: readonly ScenarioFinding[] = [];

interface FindingListProps {
  readonly lint: Lint;
  readonly onGoTo: (line: number, column: number) => void;
}

function FindingList({ lint: { findings, sentence }, onGoTo }: FindingListProps) {
  return (
    <section class="card" aria-labelledby="scenario-findings">
      <h2 id="scenario-findings">Findings {findings !== undefined && <span class="muted">{findings.length}</span>}</h2>
      <div role="status">
        {findings === undefined && <p class="muted">Checking…</p>}
        {findings?.length === 0 && (
          <p class="row">
            <Icon name="check" /> The scenario fits the document.
          </p>
        )}
      </div>
      {findings !== undefined && findings.length > 0 && (
        <ul class="plain-list finding-list">
          {findings.map(finding => (
            <li key={`${finding.code} ${finding.line} ${finding.column} ${finding.message}`}>
              <button
                type="button"
                class={`finding finding-${finding.level}`}
                onClick={() => onGoTo(finding.line ?? 1, finding.column ?? 1)}
              >
                <span class={`badge ${finding.level === 'error' ? 'tone-red' : 'tone-amber'}`}>{finding.level}</span>{' '}
                <span class="mono muted">line {finding.line ?? 1}</span>
                <span class="finding-text">{finding.message}</span>
                <span class="mono muted">{finding.code}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <h3 class="effect-heading">What it does</h3>
      <p>{sentence ?? <span class="muted">The text is no scenario yet.</span>}</p>
    </section>
  );
}
