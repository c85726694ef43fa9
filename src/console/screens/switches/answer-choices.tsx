// The answers that a switch can give: as documented, the usual failures, each declared one, and any other status.
import { useState } from 'preact/hooks';
import type { Api } from '../../state.ts';
import { declaresStatus, type SwitchPatch } from '../../switches.ts';
import { Choice } from './choice.tsx';

type Operation = Api['operations'][number];
type Answer = Pick<SwitchPatch, 'status' | 'example'>;

interface AnswerChoicesProps {
  readonly operations: readonly Operation[];
  readonly status: number | undefined;
  readonly example: string | undefined;
  readonly onChange: (answer: Answer) => void;
}

interface Offered {
  readonly status: number | undefined;
  readonly example?: string;
  readonly detail: string | undefined;
}

/** What testers ask for most. */
const USUAL: readonly Offered[] = [
  { status: 503, detail: 'down' },
  { status: 401, detail: 'unauthorized' },
  { status: 429, detail: 'too many requests' },
];
const NORMAL = { status: null, example: null };

export function AnswerChoices({ operations, status, example, onChange }: AnswerChoicesProps) {
  const [only] = operations.length === 1 ? operations : [];
  const offered = [...USUAL, ...(only === undefined ? [] : declaredAnswers(only))];
  const isOffered = offered.some(each => each.status === status && each.example === example);
  const isNormal = status === undefined && example === undefined;
  if (!isNormal && !isOffered)
    offered.push({ status, ...(example !== undefined && { example }), detail: undefined });
  return (
    <>
      <div class="choices">
        <Choice
          name="Normal"
          detail="as documented"
          isChosen={isNormal}
          onChoose={() => {
            if (!isNormal) onChange(NORMAL);
          }}
        />
        {offered.map(each => {
          const isChosen = each.status === status && each.example === example;
          return (
            <Choice
              key={`${each.status} ${each.example}`}
              name={[each.status, each.example].filter(part => part !== undefined).join(' ')}
              detail={each.detail}
              tone={toneOf(each.status)}
              isOffContract={
                each.status !== undefined &&
                !operations.some(operation => declaresStatus(operation, each.status ?? 0))
              }
              isChosen={isChosen}
              onChoose={() =>
                onChange(isChosen ? NORMAL : { status: each.status ?? null, example: each.example ?? null })
              }
            />
          );
        })}
      </div>
      <OtherStatus onChoose={chosen => onChange({ status: chosen, example: null })} />
    </>
  );
}

/** The declared statuses and examples of an operation, without the usual ones. */
function declaredAnswers({ responses }: Operation): Offered[] {
  return responses.flatMap(({ sends, description, examples }) => [
    ...(USUAL.some(({ status }) => status === sends)
      ? []
      : [{ status: sends, detail: description === undefined ? undefined : firstWords(description) }]),
    ...examples.map(example => ({ status: sends, example, detail: 'example' })),
  ]);
}

/** A description may have paragraphs. */
function firstWords(text: string): string {
  return text.length > 48 ? `${text.slice(0, 46).trimEnd()} ...` : text;
}

function toneOf(status = 200): 'green' | 'blue' | 'amber' | 'red' {
  return status < 300 ? 'green' : status < 400 ? 'blue' : status < 500 ? 'amber' : 'red';
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
