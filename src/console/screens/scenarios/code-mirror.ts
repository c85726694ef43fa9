// The YAML editor: CodeMirror in a shadow root, where its styles are adopted style sheets that the policy of the page allows.
import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Text } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Completion } from './complete.ts';
import { editorTheme } from './editor-theme.ts';

export interface EditorFinding {
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

export interface EditorOptions {
  readonly text: string;
  /** For screen readers. */
  readonly label: string;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
  readonly complete: (text: string, cursor: number) => Promise<Completion | undefined>;
}

export interface Editor {
  /** Replaces the text. The cursor stays where it is, as far as possible. */
  setText(text: string): void;
  setFindings(findings: readonly EditorFinding[]): void;
  /** Puts the cursor there, both from 1, and the focus into the editor. */
  goTo(line: number, column: number): void;
  destroy(): void;
}

const HIGHLIGHTS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--green)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.labelName, tags.typeName, tags.meta], color: 'var(--purple)' },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: 'var(--muted)' },
]);

export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  const { text, label, isReadOnly, onChange } = options;
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        // A file of Windows keeps its line ends.
        /\r\n/.test(text) && !/[^\r]\n/.test(text) ? EditorState.lineSeparator.of('\r\n') : [],
        EditorState.readOnly.of(isReadOnly),
        EditorState.tabSize.of(2),
        indentUnit.of('  '),
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        history(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        lintGutter(),
        yaml(),
        syntaxHighlighting(HIGHLIGHTS),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-description': 'Escape, then Tab leaves the editor.',
          spellcheck: 'false',
          autocapitalize: 'off',
        }),
        autocompletion({ override: [context => completionOf(context, options)], icons: false }),
        keymap.of([
          { key: 'Tab', run: acceptCompletion },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of(update => {
          if (update.docChanged) onChange(update.state.sliceDoc());
        }),
        editorTheme,
      ],
    }),
  });
  return {
    setText(next) {
      if (view.state.sliceDoc() === next) return;
      const { head } = view.state.selection.main;
      const changes = { from: 0, to: view.state.doc.length, insert: next };
      const length = view.state.toText(next).length;
      view.dispatch({ changes, selection: { anchor: Math.min(head, length) } });
    },
    setFindings(findings) {
      const diagnostics = findings.map(finding => toDiagnostic(view.state.doc, finding));
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    goTo(line, column) {
      view.dispatch({ selection: { anchor: offsetAt(view.state.doc, line, column) }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

function offsetAt(doc: Text, line: number, column: number): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + Math.max(column - 1, 0), to);
}

/** Marks the word at the position of a finding, or what follows it on the line. */
function toDiagnostic(doc: Text, { level, message, line = 1, column = 1 }: EditorFinding): Diagnostic {
  const from = offsetAt(doc, line, column);
  const rest = doc.sliceString(from, doc.lineAt(from).to);
  const [word = ''] = /^(?:[\w$./-]+|"[^"]*"|\S+)/.exec(rest) ?? [];
  return { from, to: from + word.length, severity: level === 'note' ? 'info' : level, message };
}

async function completionOf(
  context: CompletionContext,
  { complete }: EditorOptions,
): Promise<CompletionResult | null> {
  const isEmptyLine = context.state.doc.lineAt(context.pos).text.trim() === '';
  // A new line alone asks for nothing.
  if (isEmptyLine && !context.explicit) return null;
  const found = await complete(context.state.doc.toString(), context.pos);
  if (found === undefined) return null;
  return {
    from: found.from,
    validFor: /^[\w*-]*$/,
    options: found.suggestions.map(({ label, detail, info, kind, apply = label }, index) => ({
      label,
      ...(detail !== undefined && { detail }),
      ...(info !== undefined && { info }),
      // The order of the format and of the document, unless a word is typed.
      boost: -index / 100,
      apply: (view, _completion, from, to) => {
        view.dispatch({
          changes: { from, to, insert: apply },
          selection: { anchor: from + apply.length },
          userEvent: 'input.complete',
        });
        if (kind === 'key') startCompletion(view);
      },
    })),
  };
}
