// The editor in a screen. CodeMirror is loaded when the first scenario is opened; until then, and without it, the text is shown.

import type { Ref } from 'preact';
import { useEffect, useImperativeHandle, useRef, useState } from 'preact/hooks';
import type { Editor, EditorFinding, EditorOptions } from './code-mirror.ts';

/** A text from outside. Each new object replaces what is in the editor, also an equal text. */
export interface SourceText {
  readonly text: string;
}

interface YamlEditorProps extends EditorOptions {
  /** `text` follows the editor, and the editor follows this: a text that lags behind fast typing never comes back. */
  readonly source: SourceText;
  readonly findings: readonly EditorFinding[];
  readonly editorRef: Ref<Pick<Editor, 'goTo'>>;
}

export function YamlEditor({ source, findings, editorRef, ...options }: YamlEditorProps) {
  const { text, label, isReadOnly, onChange } = options;
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef(options);
  latest.current = options;
  const [editor, setEditor] = useState<Editor>();
  const [isFailed, setFailed] = useState(false);
  useEffect(() => {
    let created: Editor | undefined;
    let isGone = false;
    import('./code-mirror.ts').then(
      ({ createEditor }) => {
        if (isGone || host.current === null) return;
        created = createEditor(host.current, {
          ...latest.current,
          onChange: next => latest.current.onChange(next),
          complete: (...place) => latest.current.complete(...place),
        });
        setEditor(created);
      },
      // A newer build has other files: the text can be edited all the same.
      () => setFailed(true),
    );
    return () => {
      isGone = true;
      created?.destroy();
    };
  }, [isReadOnly, label]);
  useEffect(() => editor?.setText(source.text), [editor, source]);
  useEffect(() => editor?.setFindings(findings), [editor, findings]);
  useImperativeHandle(editorRef, () => ({ goTo: (line, column) => editor?.goTo(line, column) }), [editor]);
  return (
    <>
      {editor === undefined && (
        <textarea
          class="yaml-plain mono"
          aria-label={label}
          aria-busy={!isFailed}
          readOnly={isReadOnly || !isFailed}
          rows={12}
          value={text}
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
      <div class="yaml-editor" ref={host} />
    </>
  );
}
