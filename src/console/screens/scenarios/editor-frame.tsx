// The editor with its findings: each finding and each rule leads to its line.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ControlFailure, Schema } from '../../client.ts';
import { Icon } from '../../parts/icon.tsx';
import { Failure, PageHeader } from '../../parts/page.tsx';
import { href } from '../../router.ts';
import type { Editor } from './code-mirror.ts';
import { useCompletion } from './use-completion.ts';
import type { Lint } from './use-linted-text.ts';
import { type SourceText, YamlEditor } from './yaml-editor.tsx';

type ScenarioFinding = Schema<'ScenarioFinding'>;

interface EditorPageProps {
  readonly error: ControlFailure | undefined;
  readonly onRetry: () => void;
  readonly children: ComponentChildren;
}

export function EditorPage({ error, onRetry, children }: EditorPageProps) {
  return (
    <>
      <PageHeader title="Scenarios">
        <a class="button" href={href('scenarios')}>
          All scenarios
        </a>
      </PageHeader>
      {error !== undefined && <Failure error={error} onRetry={onRetry} />}
      {children}
    </>
  );
}

interface EditorFrameProps {
  readonly api: string;
  /** For screen readers: what is edited. */
  readonly label: string;
  readonly source: SourceText;
  /** What the editor has now. */
  readonly text: string;
  readonly isReadOnly: boolean;
  readonly lint: Lint;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
}

export function EditorFrame({
  api,
  label,
  source,
  text,
  isReadOnly,
  lint,
  onChange,
  onSave,
}: EditorFrameProps) {
  const editor = useRef<Pick<Editor, 'goTo'>>(null);
  const complete = useCompletion(api);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (
        event.key.toLowerCase() !== 's' ||
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey
      )
        return;
      event.preventDefault();
      onSave();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [onSave]);
  const goTo = (line: number, column: number): void => editor.current?.goTo(line, column);
  return (
    <div class="editor-grid">
      <div class="editor-box">
        <YamlEditor
          editorRef={editor}
          label={label}
          source={source}
          text={text}
          isReadOnly={isReadOnly}
          findings={lint.findings ?? NO_FINDINGS}
          complete={complete}
          onChange={onChange}
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
        <FindingList lint={lint} text={text} onGoTo={goTo} />
        <Effect lint={lint} onGoTo={goTo} />
      </div>
    </div>
  );
}

const NO_FINDINGS: readonly ScenarioFinding[] = [];

interface LintProps {
  readonly lint: Lint;
  readonly onGoTo: (line: number, column: number) => void;
}

function FindingList({
  lint: { findings, failure, rules },
  text,
  onGoTo,
}: LintProps & { readonly text: string }) {
  const lines = findings?.length ? text.split(/\r?\n/) : [];
  const offContract = rules.flatMap(rule => rule.offContract ?? []);
  return (
    <section class="card" aria-labelledby="scenario-findings">
      <h2 id="scenario-findings">
        Findings {findings !== undefined && <span class="muted">{findings.length}</span>}
      </h2>
      <div role="status">
        {findings === undefined && (
          <p class="muted">{failure === undefined ? 'Checking…' : `Not checked: ${failure}`}</p>
        )}
        {findings?.length === 0 && (
          <p class="row editor-verdict">
            <Icon name={offContract.length === 0 ? 'check' : 'info'} />
            <span>{verdictOf(offContract)}</span>
          </p>
        )}
      </div>
      {findings !== undefined && findings.length > 0 && (
        <ul class="plain-list editor-findings">
          {groupByLine(findings).map(([finding, count]) => (
            <li key={`${finding.code} ${finding.line} ${finding.column} ${finding.message}`}>
              <button
                type="button"
                class={`editor-finding editor-finding-${finding.level}`}
                onClick={() => onGoTo(finding.line ?? 1, finding.column ?? 1)}
              >
                <span class={`badge ${finding.level === 'error' ? 'tone-red' : 'tone-amber'}`}>
                  {finding.level}
                </span>{' '}
                <span class="mono muted">line {finding.line ?? 1}</span>
                {count > 1 && <span class="muted"> · {count} times on this line</span>}
                <code class="editor-finding-line">{lines[(finding.line ?? 1) - 1]?.trim()}</code>
                <span class="editor-finding-text">{finding.message}</span>
                <span class="mono muted">{finding.code}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A text without findings. @param offContract the reasons of its off-contract replies */
function verdictOf(offContract: readonly string[]): string {
  if (offContract.length === 0) return 'The scenario fits the document.';
  const replies = offContract.length === 1 ? '1 reply is' : `${offContract.length} replies are`;
  return `No findings; ${replies} off-contract: ${[...new Set(offContract)].join('; ')}`;
}

/** Equal findings on one line, such as those of "[503, 503]", are said once and counted. */
function groupByLine(findings: readonly ScenarioFinding[]): (readonly [ScenarioFinding, number])[] {
  const groups = Map.groupBy(findings, ({ code, line, message }) => JSON.stringify([code, line, message]));
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [[first, 1 + others.length]] : []));
}

function Effect({ lint: { findings, sentence, rules }, onGoTo }: LintProps) {
  return (
    <section class="card" aria-labelledby="scenario-effect">
      <h2 id="scenario-effect">What it does</h2>
      {findings !== undefined && sentence === undefined && <p class="muted">The text is no scenario yet.</p>}
      {rules.length === 1 && <p>{sentence}</p>}
      {rules.length > 1 && (
        <ol class="plain-list editor-findings">
          {rules.map(({ text, line = 1 }) => (
            <li key={line}>
              <button
                type="button"
                class="editor-finding editor-finding-rule"
                onClick={() => onGoTo(line, 1)}
              >
                <span class="mono muted">line {line}</span>
                <span class="editor-finding-text">{text}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
