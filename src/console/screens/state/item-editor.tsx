// Edits the JSON of an item. The server judges it by the schema of the item, and can keep it all the same.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ControlFailure } from '../../client.ts';
import { ItemFindings } from './item-findings.tsx';

interface ItemEditorProps {
  readonly label: string;
  readonly text: string;
  /** "Save", "Create" */
  readonly action: string;
  /** Stores the text. @throws ControlFailure */
  readonly store: (text: string, keepInvalid: boolean) => Promise<void>;
  readonly onCancel: () => void;
  /** Fields before the text. */
  readonly children?: ComponentChildren;
}

const ROWS = { least: 6, most: 26 };

export function ItemEditor({ label, text: initial, action, store, onCancel, children }: ItemEditorProps) {
  const [text, setText] = useState(initial);
  const [failure, setFailure] = useState<ControlFailure>();
  const [isStoring, setStoring] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const failureId = useId();
  useEffect(() => field.current?.focus(), []);
  const save = async (keepInvalid: boolean): Promise<void> => {
    if (isStoring) return;
    setStoring(true);
    try {
      await store(text, keepInvalid);
    } catch (error) {
      if (!(error instanceof ControlFailure)) throw error;
      setFailure(error);
      setStoring(false);
    }
  };
  const mistake = jsonMistake(text);
  const rows = Math.min(ROWS.most, Math.max(ROWS.least, text.split('\n').length + 1));
  return (
    <form
      class="stack stack-small state-editor"
      onSubmit={event => {
        event.preventDefault();
        void save(false);
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') onCancel();
        const isSave = (event.key === 'Enter' || event.key === 's') && (event.ctrlKey || event.metaKey);
        if (!isSave) return;
        event.preventDefault();
        if (mistake === undefined) void save(false);
      }}
    >
      {children}
      <label class="field">
        {label}
        <textarea
          ref={field}
          class="mono"
          rows={rows}
          spellcheck={false}
          aria-invalid={mistake !== undefined || failure !== undefined}
          aria-describedby={failureId}
          value={text}
          onInput={event => {
            setText(event.currentTarget.value);
            setFailure(undefined);
          }}
        />
      </label>
      <div id={failureId}>
        {mistake !== undefined && <p class="field-error">{mistake}</p>}
        {failure !== undefined && mistake === undefined && (
          <p class="field-error" role="alert">
            {failure.findings.length === 0
              ? [failure.message, failure.hint].filter(Boolean).join('; ')
              : 'It is not stored: its schema rejects it.'}
          </p>
        )}
      </div>
      <div class="row">
        <button type="submit" class="button button-primary" disabled={mistake !== undefined || isStoring}>
          {action}
        </button>
        {failure !== undefined && failure.findings.length > 0 && (
          <button
            type="button"
            class="button"
            title="Responses leave out what the schema rejects"
            onClick={() => void save(true)}
          >
            Store it all the same
          </button>
        )}
        <button type="button" class="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
      {failure !== undefined && failure.findings.length > 0 && <ItemFindings findings={failure.findings} />}
    </form>
  );
}

/** @returns undefined if the text is JSON */
function jsonMistake(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`;
  }
}
