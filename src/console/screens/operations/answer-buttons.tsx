// One button for each declared status and named example, and for any other status: pressed is switched on for the session.
import { useState } from 'preact/hooks';
import { declaredStatus } from '../../declared-status.ts';
import { Icon } from '../../parts/icon.tsx';
import type { OperationRow } from './operation-rows.ts';
import { OtherStatusDialog } from './other-status.tsx';
import { type Answer, switchAnswer } from './switch-answer.ts';

interface AnswerButtonsProps {
  readonly row: OperationRow;
  /** What is switched on. */
  readonly switched: Answer | undefined;
  /** Answers of the session by declared status. */
  readonly counts?: Readonly<Record<string, number>> | undefined;
}

export function AnswerButtons({ row: { operation, target }, switched, counts }: AnswerButtonsProps) {
  const [isChoosing, setChoosing] = useState(false);
  const declared = switched && declaredStatus(operation.statuses, switched.status);
  const isOffContract = switched !== undefined && declared === undefined;
  return (
    <fieldset class="group answers" aria-label={`Answer of ${operation.id}`}>
      {operation.responses.map(({ status, sends, description, examples }) => (
        <span key={status} class="answer-group">
          <AnswerButton
            label={`Answer ${status}`}
            text={status}
            tone={`status-${status[0]}`}
            title={counts?.[status] === 0 ? `${description}\nNot tried in this session` : description}
            isUntried={counts?.[status] === 0}
            isPressed={declared === status && switched?.example === undefined}
            onPress={on => switchAnswer(target, on ? { status: sends } : undefined)}
          />
          {examples.map(example => (
            <AnswerButton
              key={example}
              label={`Answer ${status} with the example ${example}`}
              text={example}
              tone={`status-${status[0]}`}
              title={`${status} with the example "${example}"`}
              isPressed={declared === status && switched?.example === example}
              onPress={on => switchAnswer(target, on ? { status: sends, example } : undefined)}
            />
          ))}
        </span>
      ))}
      {isOffContract && (
        <span class="answer-group">
          <AnswerButton
            tone="off-contract"
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
  /** Class of the colours. */
  readonly tone: string;
  readonly title: string | undefined;
  readonly isUntried?: boolean;
  readonly isPressed: boolean;
  /** @param on false: it is pressed, so it is switched off */
  readonly onPress: (on: boolean) => Promise<unknown>;
}

function AnswerButton({
  label,
  text,
  tone,
  title,
  isUntried = false,
  isPressed,
  onPress,
}: AnswerButtonProps) {
  return (
    <button
      type="button"
      class={`answer ${tone}`}
      aria-label={label}
      aria-pressed={isPressed}
      title={title}
      onClick={() => void onPress(!isPressed)}
    >
      {isUntried && <Icon name="untried" />}
      {text}
    </button>
  );
}
