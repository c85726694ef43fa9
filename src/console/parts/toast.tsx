// Short messages about what was done, read aloud by screen readers, and gone by themselves unless they report an error.
import { signal } from '@preact/signals';
import { Icon } from './icon.tsx';

type ToastKind = 'done' | 'warning' | 'error';

interface ToastMessage {
  readonly id: number;
  readonly text: string;
  readonly kind: ToastKind;
}

const messages = signal<readonly ToastMessage[]>([]);
let lastId = 0;

const LIFETIME_MS = { done: 4000, warning: 10_000 };
const MAX_SHOWN = 4;

export function toast(text: string, kind: ToastKind = 'done'): void {
  const id = ++lastId;
  messages.value = [...messages.value, { id, text, kind }].slice(-MAX_SHOWN);
  if (kind !== 'error') setTimeout(() => dismiss(id), LIFETIME_MS[kind]);
}

function dismiss(id: number): void {
  messages.value = messages.value.filter(message => message.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {messages.value.map(({ id, text, kind }) => (
        <div key={id} class={`toast toast-${kind}`}>
          <Icon name={kind === 'done' ? 'check' : 'warning'} />
          <span>{text}</span>
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
