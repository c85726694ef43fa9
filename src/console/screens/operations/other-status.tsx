// A dialog that asks for any status, also one that the document does not declare.
import { useState } from 'preact/hooks';
import { declaredStatus } from '../../declared-status.ts';
import { Dialog } from '../../parts/dialog.tsx';
import type { Operation } from './operation-rows.ts';

/** What clients meet in the field, and their names in RFC 9110 and RFC 6585. */
const COMMON: Readonly<Record<string, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

interface OtherStatusProps {
  readonly operation: Operation;
  readonly onChoose: (status: number) => Promise<boolean>;
  readonly onClose: () => void;
}

export function OtherStatusDialog({ operation, onChoose, onClose }: OtherStatusProps) {
  const [text, setText] = useState('');
  const status = /^[2-5]\d\d$/.test(text) ? Number(text) : undefined;
  const isDeclared = status !== undefined && declaredStatus(operation.statuses, status) !== undefined;
  const choose = async (chosen: number): Promise<void> => {
    if (await onChoose(chosen)) onClose();
  };
  const undeclared = Object.keys(COMMON).filter(
    each => declaredStatus(operation.statuses, Number(each)) === undefined,
  );
  return (
    <Dialog title={`Another status for ${operation.id}`} onClose={onClose}>
      <p>
        The document declares {operation.statuses.join(', ') || 'no status'}. Any other status is{' '}
        <span class="badge off-contract">off-contract</span>: the answer has a short JSON body, and the
        journal marks it.
      </p>
      <fieldset class="group row" aria-label="Common statuses">
        {undeclared.map(each => (
          <button
            key={each}
            type="button"
            class="button off-contract"
            onClick={() => void choose(Number(each))}
          >
            {each} {COMMON[each]}
          </button>
        ))}
      </fieldset>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (status !== undefined) void choose(status);
        }}
      >
        <label class="field">
          Status from 200 to 599
          <input
            inputMode="numeric"
            autocomplete="off"
            maxLength={3}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value.trim())}
          />
        </label>
        <div class="dialog-actions">
          <button type="submit" class="button button-primary" disabled={status === undefined}>
            {status === undefined ? 'Answer' : `Answer ${status}`}
            {status !== undefined && !isDeclared && ', off-contract'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
