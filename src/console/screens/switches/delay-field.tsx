// The delay of responses: a slider for what people wait, and a field for the exact milliseconds.
import { useId, useState } from 'preact/hooks';
import type { Schema } from '../../client.ts';
import { NumberField } from '../../parts/number-field.tsx';
import { delayMilliseconds } from '../../switches.ts';

type Delay = Schema<'Delivery'>['delay'];

interface DelayFieldProps {
  readonly delay: Delay;
  /** @param delay milliseconds; null: none */
  readonly onCommit: (delay: number | null) => Promise<unknown>;
}

const SLIDER_MAX_MS = 10_000;
const SLIDER_STEP_MS = 100;
const TICKS_MS = [0, 1000, 2000, 5000, SLIDER_MAX_MS];
const MAX_MS = 3_600_000;

export function DelayField({ delay, onCommit }: DelayFieldProps) {
  const id = useId();
  const [draft, setDraft] = useState<number>();
  const known = delayMilliseconds(delay);
  const shown = draft ?? known ?? 0;
  const commit = async (value: number): Promise<void> => {
    await onCommit(value === 0 ? null : value);
    setDraft(undefined);
  };
  return (
    <>
      <div class="delay-field">
        <label for={id}>Delay</label>
        <input
          id={id}
          type="range"
          min={0}
          max={SLIDER_MAX_MS}
          step={SLIDER_STEP_MS}
          list={`${id}-ticks`}
          value={Math.min(shown, SLIDER_MAX_MS)}
          aria-valuetext={shown === 0 ? 'no delay' : `${shown / 1000} seconds`}
          onInput={event => setDraft(event.currentTarget.valueAsNumber)}
          onChange={event => void commit(event.currentTarget.valueAsNumber)}
        />
        <output class="delay-value" for={id}>
          {shown === 0 ? 'none' : `${(shown / 1000).toLocaleString('en')} s`}
        </output>
        <datalist id={`${id}-ticks`} class="delay-ticks">
          {TICKS_MS.map(tick => (
            <option
              key={tick}
              value={tick}
              label={tick === SLIDER_MAX_MS ? `${tick / 1000} s` : String(tick / 1000)}
              style={{ insetInlineStart: `${(tick / SLIDER_MAX_MS) * 100}%` }}
            />
          ))}
        </datalist>
      </div>
      <NumberField
        label="Exactly"
        unit="ms"
        placeholder="0"
        min={0}
        max={MAX_MS}
        value={known === 0 ? undefined : known}
        onCommit={value => commit(value ?? 0)}
      />
      {known === undefined && (
        <p class="muted">
          The delay is drawn at random for each call: <code>{JSON.stringify(delay)}</code>
        </p>
      )}
    </>
  );
}
