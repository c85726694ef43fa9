// A remark of the contract about a value; a click leads to its finding.
import type { VNode } from 'preact';
import { Visible } from '../visible.tsx';

interface NoteButtonProps {
  readonly text: string;
  readonly onClick: () => void;
}

export function NoteButton({ text, onClick }: NoteButtonProps): VNode {
  return (
    <button type="button" class="body-note" onClick={onClick}>
      <span aria-hidden="true">▲ </span>
      <Visible text={text} />
    </button>
  );
}
