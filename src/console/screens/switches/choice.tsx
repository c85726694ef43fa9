// A button that stays pressed while its setting is on: a name, and what it means.

interface ChoiceProps {
  readonly name: string;
  readonly detail?: string | undefined;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly tone?: 'green' | 'blue' | 'amber' | 'red';
  /** True: the document does not declare this status. */
  readonly isOffContract?: boolean;
}

export function Choice({ name, detail, isChosen, onChoose, tone, isOffContract = false }: ChoiceProps) {
  return (
    <button
      type="button"
      title={detail}
      class="button choice"
      data-tone={isOffContract ? 'purple' : tone}
      aria-pressed={isChosen}
      onClick={onChoose}
    >
      <span class="choice-name">{name}</span>
      {detail !== undefined && <span class="choice-detail">{detail}</span>}
      {isOffContract && <span class="badge off-contract">off-contract</span>}
    </button>
  );
}
