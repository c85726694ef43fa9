// The answers that a switch can give: as documented, the usual failures, each declared status, any other, and examples.
import { useId, useState } from 'preact/hooks';
import { declaredStatus } from '../../declared-status.ts';
import type { Api } from '../../state.ts';
import type { SwitchPatch } from '../../switches.ts';
import { Choice } from './choice.tsx';

type Operation = Api['operations'][number];

interface AnswerChoicesProps {
  readonly operations: readonly Operation[];
  readonly status: number | undefined;
  readonly example: string | undefined;
  readonly onChange: (answer: Pick<SwitchPatch, 'status' | 'example'>) => void;
}

interface Offered {
  readonly status: number;
  readonly detail?: string | undefined;
}

/** What testers ask for most. */
const USUAL: readonly Offered[] = [
  { status: 401, detail: 'unauthorized' },
  { status: 404, detail: 'not found' },
  { status: 429, detail: 'too many requests' },
  { status: 500, detail: 'server error' },
  { status: 503, detail: 'down' },
];

export function AnswerChoices({ operations, status, example, onChange }: AnswerChoicesProps) {
  const [only] = operations.length === 1 ? operations : [];
  const choose = (chosen: number | undefined): void => onChange({ status: chosen ?? null, example: null });
  return (
    <>
      <div class="choices">
        <Choice
          name="Normal"
          detail="as documented"
          isChosen={status === undefined && example === undefined}
          onChoose={() => {
            if (status !== undefined || example !== undefined) choose(undefined);
          }}
        />
        {offeredAnswers(only, status).map(each => (
          <Choice
            key={each.status}
            name={String(each.status)}
            detail={each.detail}
            tone={toneOf(each.status)}
            isOffContract={
              !operations.some(({ statuses }) => declaredStatus(statuses, each.status) !== undefined)
            }
            isChosen={each.status === status}
            onChoose={() => choose(each.status === status ? undefined : each.status)}
          />
        ))}
      </div>
      <div class="row answer-more">
        <OtherStatus onChoose={choose} />
        {only !== undefined && (
          <ExampleField
            names={examplesOf(only, status)}
            example={example}
            onChange={name => onChange({ example: name ?? null })}
          />
        )}
      </div>
    </>
  );
}

/** The declared statuses of one operation, the usual ones, and the one that is set. */
function offeredAnswers(only: Operation | undefined, current: number | undefined): Offered[] {
  // An informational status is no answer.
  const declared = (only?.responses ?? []).filter(({ sends }) => sends >= 200);
  const offered = new Map<number, Offered>(USUAL.map(each => [each.status, each]));
  for (const { sends, description } of declared)
    offered.set(sends, { status: sends, detail: description?.replaceAll('`', '') });
  if (current !== undefined && !offered.has(current)) offered.set(current, { status: current });
  return [...offered.values()].sort((left, right) => left.status - right.status);
}

/** Without a status: those of the success response. */
function examplesOf({ responses, statuses }: Operation, status: number | undefined): readonly string[] {
  const declared = status === undefined ? undefined : declaredStatus(statuses, status);
  const response = responses.find(each =>
    status === undefined ? each.sends >= 200 && each.sends < 300 : each.status === declared,
  );
  return response?.examples ?? [];
}

function toneOf(status: number): 'green' | 'blue' | 'amber' | 'red' {
  return status < 300 ? 'green' : status < 400 ? 'blue' : status < 500 ? 'amber' : 'red';
}

interface ExampleFieldProps {
  readonly names: readonly string[];
  readonly example: string | undefined;
  readonly onChange: (name: string | undefined) => void;
}

function ExampleField({ names, example, onChange }: ExampleFieldProps) {
  const id = useId();
  if (names.length === 0) return null;
  return (
    <span class="row">
      <label for={id}>Example</label>
      <select
        id={id}
        value={example ?? ''}
        onChange={event => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      >
        <option value="">the usual one</option>
        {names.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}

function OtherStatus({ onChoose }: { readonly onChoose: (status: number) => void }) {
  const [text, setText] = useState('');
  return (
    <form
      class="row other-status"
      onSubmit={event => {
        event.preventDefault();
        onChoose(Number(text));
        setText('');
      }}
    >
      <label class="row">
        Any other status
        <input
          type="number"
          required
          min={200}
          max={599}
          placeholder="418"
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        {text === '' ? 'Answer' : `Answer ${text}`}
      </button>
    </form>
  );
}
