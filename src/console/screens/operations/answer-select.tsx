// Which answer a request asks for, for itself alone: the one in force, or a declared status or example.
import type { Operation } from './operation-rows.ts';
import type { Answer } from './switch-answer.ts';

interface AnswerSelectProps {
  readonly operation: Operation;
  readonly answer: Answer | undefined;
  readonly onChange: (answer: Answer | undefined) => void;
}

export function AnswerSelect({ operation, answer, onChange }: AnswerSelectProps) {
  const answers = operation.responses.flatMap(({ status, sends, examples }) => [
    { label: status, answer: { status: sends } as Answer },
    ...examples.map(example => ({
      label: `${status} with the example "${example}"`,
      answer: { status: sends, example } as Answer,
    })),
  ]);
  const chosen = answers.findIndex(
    each => each.answer.status === answer?.status && each.answer.example === answer.example,
  );
  return (
    <label class="field answer-select">
      Answer of this request
      <select
        value={chosen}
        onChange={({ currentTarget }) => onChange(answers[Number(currentTarget.value)]?.answer)}
      >
        <option value={-1}>What is in force</option>
        {answers.map(({ label }, index) => (
          <option key={label} value={index}>
            {label}, for this request only
          </option>
        ))}
      </select>
    </label>
  );
}
