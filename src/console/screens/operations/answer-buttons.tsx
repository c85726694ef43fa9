// One button for each declared status and named example, and for any other status: pressed is switched on for the session.
import { useState } from 'preact/hooks';
import { declaredStatus } from '../../declared-status.ts';
import type { OperationRow } from './operation-rows.ts';
import { OtherStatusDialog } from './other-status.tsx';
import { type Answer, switchAnswer } from './switch-answer.ts';

interface AnswerButtonsProps {
  readonly row: OperationRow;
  /** What is switched on. */
  readonly switched: Answer | undefined;
}

export function AnswerButtons({ row: { operation, target }, switched }: AnswerButtonsProps) {
  const [isChoosing, setChoosing] = useState(false);
  const declared = switched && declaredStatus(operation.statuses, switched.status);
  const isOffContract = switched !== undefined && declared === undefined;
  return (
    <fieldset class="group answers" aria-label={`Answer of ${operation.id}`}>
      {operation.responses.map(({ status, sends, description, examples }) => (
        <span key={status} class={`answer-group status-${status[0]}`}>
          <AnswerButton
            label={`Answer ${status}`}
            text={status}
            title={description}
            isPressed={declared === status && switched?.example === undefined}
            onPress={on => switchAnswer(target, on ? { status: sends } : undefined)}
          />
          {examples.map(example => (
            <AnswerButton
              key={example}
              label={`Answer ${status} with the example ${example}`}
              text={example}
              title={`${status} with the example "${example}"`}
              isPressed={declared === status && switched?.example === example}
              onPress={on => switchAnswer(target, on ? { status: sends, example } : undefined)}
            />
          ))}
        </span>
      ))}
      {isOffContract && (
        <span class="answer-group off-contract">
          <AnswerButton
            label={`Answer ${switched.status}, off-contract`}
            text={`${switched.status} off-contract`}
            title="The document does not declare this status"
            isPressed={true}
            onPress={() => switchAnswer(target, undefined)}
          />
        </span>
      )}
      <span class="answer-group">
        <button type="button" class="answer answer-other" onClick={() => setChoosing(true)}>
          Other status…
        </button>
      </span>
      {isChoosing && (
        <OtherStatusDialog
          operation={operation}
          onChoose={status => switchAnswer(target, { status })}
          onClose={() => setChoosing(false)}
        />
      )}
    </fieldset>
  );
}

interface AnswerButtonProps {
  readonly label: string;
  readonly text: string;
  readonly title: string | undefined;
  readonly isPressed: boolean;
  /** @param on false: it is pressed, so it is switched off */
  readonly onPress: (on: boolean) => Promise<unknown>;
}

function AnswerButton({ label, text, title, isPressed, onPress }: AnswerButtonProps) {
  return (
    <button
      type="button"
      class="answer"
      aria-label={label}
      aria-pressed={isPressed}
      title={title}
      onClick={() => void onPress(!isPressed)}
    >
      {text}
    </button>
  );
}
