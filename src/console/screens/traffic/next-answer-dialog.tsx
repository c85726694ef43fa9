// "Answer the next call with ...": any declared status, or another one, which is off-contract.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { control } from '../../client.ts';
import { declaredStatus } from '../../declared-status.ts';
import { StatusBadge } from '../../parts/badges.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { apis, run } from '../../state.ts';

interface NextAnswerDialogProps {
  readonly api: string;
  readonly operation: string;
  readonly session: string;
  readonly onClose: () => void;
}

/** Offered for every operation. Ranges such as 4XX, and default, declare them. */
const COMMON_STATUSES = ['401', '403', '404', '409', '429', '500', '503'];
const MAX_CALLS = 1000;

export function NextAnswerDialog({ api, operation, session, onClose }: NextAnswerDialogProps): VNode {
  const responses =
    apis.value?.find(({ name }) => name === api)?.operations.find(({ id }) => id === operation)?.statuses ??
    [];
  const isDeclared = (status: string): boolean => declaredStatus(responses, Number(status)) !== undefined;
  const declared = [
    ...responses.filter(status => /^\d{3}$/.test(status)),
    ...COMMON_STATUSES.filter(isDeclared),
  ];
  const others = COMMON_STATUSES.filter(status => !isDeclared(status));
  const [other, setOther] = useState('');
  const [calls, setCalls] = useState(1);

  const answer = async (status: string): Promise<void> => {
    const path = { id: session, target: `${api}.${operation}` };
    const which = calls === 1 ? 'The next call' : `The next ${calls} calls`;
    const verb = calls === 1 ? 'gets' : 'get';
    const done = `${which} of ${operation} in session "${session}" ${verb} ${status}.`;
    const command = (): Promise<unknown> =>
      control('patch', '/sessions/{id}/switches/{target}', {
        path,
        body: { status: Number(status), times: calls, after: null, example: null },
      });
    if (await run(command, done)) onClose();
  };

  return (
    <Dialog title={`Answer the next call of ${operation}`} onClose={onClose} class="next-answer">
      <p class="muted">In session "{session}" only. Afterwards the answer is as now.</p>
      <label class="call-count">
        For the next{' '}
        <input
          type="number"
          min={1}
          max={MAX_CALLS}
          value={calls}
          onInput={event =>
            setCalls(Math.max(1, Math.min(MAX_CALLS, Math.floor(event.currentTarget.valueAsNumber) || 1)))
          }
        />{' '}
        {calls === 1 ? 'call' : 'calls'}
      </label>
      <h3 class="status-group">Declared by the document</h3>
      <StatusButtons statuses={[...new Set(declared)].sort()} onAnswer={answer} />
      <h3 class="status-group">Off-contract: the document does not declare them</h3>
      <StatusButtons statuses={others} isOffContract onAnswer={answer} />
      <form
        class="other-status"
        onSubmit={event => {
          event.preventDefault();
          void answer(other);
        }}
      >
        <label>
          Another status{' '}
          <input
            inputMode="numeric"
            pattern="[2-5][0-9][0-9]"
            title="A status from 200 to 599"
            required
            size={4}
            maxLength={3}
            value={other}
            onInput={event => setOther(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button">
          Answer {other === '' ? '…' : other}
        </button>
        {/^[2-5]\d\d$/.test(other) && !isDeclared(other) && (
          <span class="badge off-contract">off-contract</span>
        )}
      </form>
    </Dialog>
  );
}

interface StatusButtonsProps {
  readonly statuses: readonly string[];
  readonly isOffContract?: boolean;
  readonly onAnswer: (status: string) => Promise<void>;
}

function StatusButtons({ statuses, isOffContract = false, onAnswer }: StatusButtonsProps): VNode {
  return (
    <div class="status-buttons">
      {statuses.map(status => (
        <button
          key={status}
          type="button"
          class={`button${isOffContract ? ' off-contract' : ''}`}
          onClick={() => void onAnswer(status)}
        >
          Answer <StatusBadge status={status} />
        </button>
      ))}
    </div>
  );
}
