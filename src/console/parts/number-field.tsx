// A number that takes effect after a short pause in typing, and at once with Enter or on leaving the field.
import { useEffect, useId, useState } from 'preact/hooks';

interface NumberFieldProps {
  readonly label: string;
  /** Behind the field: "ms". */
  readonly unit?: string;
  /** Undefined: the field is empty. */
  readonly value: number | undefined;
  readonly min: number;
  readonly max: number;
  readonly placeholder?: string;
  /** @param value undefined: the field was emptied */
  readonly onCommit: (value: number | undefined) => Promise<unknown>;
}

const PAUSE_MS = 600;

export function NumberField({ label, unit, value, min, max, placeholder, onCommit }: NumberFieldProps) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const isInvalid = draft !== undefined && draft !== '' && !isBetween(Number(draft), min, max);
  const commit = async (): Promise<void> => {
    if (draft === undefined || isInvalid) return;
    const next = draft === '' ? undefined : Number(draft);
    if (next !== value) await onCommit(next);
    // More may have been typed meanwhile.
    setDraft(current => (current === draft ? undefined : current));
  };
  useEffect(() => {
    const timer = setTimeout(() => void commit(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <div class="number-field">
      <label for={id}>{label}</label>
      <span class="row">
        <input
          id={id}
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          step={1}
          placeholder={placeholder}
          aria-invalid={isInvalid}
          aria-describedby={isInvalid ? `${id}-error` : undefined}
          value={draft ?? value ?? ''}
          onInput={event => setDraft(event.currentTarget.value)}
          onBlur={() => void commit()}
          onKeyDown={event => {
            if (event.key === 'Enter') void commit();
            if (event.key === 'Escape') setDraft(undefined);
          }}
        />
        {unit !== undefined && <span class="muted">{unit}</span>}
      </span>
      {isInvalid && (
        <span id={`${id}-error`} class="field-error" role="alert">
          {min} to {max.toLocaleString('en')}
        </span>
      )}
    </div>
  );
}

function isBetween(number: number, min: number, max: number): boolean {
  return Number.isInteger(number) && number >= min && number <= max;
}
