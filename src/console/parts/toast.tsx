// Short messages about what was done, read aloud by screen readers, and gone by themselves unless they report an error or offer an action.
import { signal } from '@preact/signals';
import { Icon } from './icon.tsx';

type ToastKind = 'done' | 'warning' | 'error';

interface ToastMessage {
  readonly id: number;
  readonly text: string;
  readonly kind: ToastKind;
  readonly action: ToastAction | undefined;
}

/** What the message offers. It ends the message. */
interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

const messages = signal<readonly ToastMessage[]>([]);
let lastId = 0;

const LIFETIME_MS = { done: 4000, warning: 10_000 };
const MAX_SHOWN = 4;

/** @returns ends the message, if it has not ended */
export function toast(text: string, kind: ToastKind = 'done', action?: ToastAction): () => void {
  const id = ++lastId;
  const end = (): void => dismiss(id);
  messages.value = [...messages.value, { id, text, kind, action }].slice(-MAX_SHOWN);
  if (kind !== 'error' && action === undefined) setTimeout(end, LIFETIME_MS[kind]);
  return end;
}

function dismiss(id: number): void {
  messages.value = messages.value.filter(message => message.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {messages.value.map(({ id, text, kind, action }) => (
        <div key={id} class={`toast toast-${kind}`}>
          <Icon name={kind === 'done' ? 'check' : 'warning'} />
          <span>{text}</span>
          {action !== undefined && (
            <button
              type="button"
              class="button"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
