// A button that copies a text to the clipboard and says so.
import { useEffect, useState } from 'preact/hooks';
import { run } from '../state.ts';
import { Icon } from './icon.tsx';
import { toast } from './toast.tsx';

interface CopyButtonProps {
  readonly text: string | (() => Promise<string>);
  /** What is copied: "Copy the address". */
  readonly label: string;
  /** Shown beside the icon; without it the label is read aloud only. */
  readonly caption?: string;
  /** What to know about the copied text: shown after it is copied. */
  readonly note?: string | undefined;
}

const CONFIRM_MS = 1500;

export function CopyButton({ text, label, caption, note }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async (): Promise<void> => {
    await run(async () => {
      const value = typeof text === 'string' ? text : await text();
      if (await copyText(value)) {
        setCopied(true);
        if (note !== undefined) toast(note, 'warning');
      } else toast('The browser does not allow copying here: mark the text and copy it.', 'error');
    });
  };
  return (
    <button
      type="button"
      class={caption === undefined ? 'icon-button' : 'button'}
      aria-label={caption === undefined ? label : undefined}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={isCopied ? 'check' : 'copy'} />
      {caption !== undefined && <span>{isCopied ? 'Copied' : caption}</span>}
      {caption === undefined && isCopied && (
        <span class="visually-hidden" role="status">
          Copied
        </span>
      )}
    </button>
  );
}

/** The clipboard of the browser exists on HTTPS and on this machine only: a phone copies through a selection. */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => copySelection(text),
    );
  }
  return copySelection(text);
}

function copySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  const focused = document.activeElement;
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
