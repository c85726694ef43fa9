// The settings of the switch of one target. Each click takes effect at once.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { timesAllOff } from '../../actions.ts';
import { NumberField } from '../../parts/number-field.tsx';
import type { Api } from '../../state.ts';
import {
  changeSwitch,
  effectWords,
  FAULTS,
  removeSwitch,
  type Switch,
  type SwitchPatch,
  targetName,
} from '../../switches.ts';
import { AnswerChoices } from './answer-choices.tsx';
import { Choice } from './choice.tsx';
import { DelayField } from './delay-field.tsx';
import { Equivalents } from './equivalents.tsx';
import { RateChoices } from './rate-choices.tsx';

interface SwitchFormProps {
  readonly session: string;
  readonly target: string;
  readonly operations: Api['operations'];
  /** Undefined: the target has no switch, or one that is used up. */
  readonly switched: Switch | undefined;
  /** The switches that apply here as well, unless this one sets the same. */
  readonly inherited: readonly Switch[];
}

type Counts = Pick<SwitchPatch, 'after' | 'times'>;

const NO_COUNTS: Counts = {};
const MAX_COUNT = 1_000_000;
const MAX_RATE = 1_000_000_000;

export function SwitchForm({ session, target, operations, switched, inherited }: SwitchFormProps) {
  // When a switch applies can be entered before what it changes.
  const [counts, setCounts] = useState(NO_COUNTS);
  useEffect(() => setCounts(NO_COUNTS), [switched === undefined, timesAllOff.value]);
  const { status, example, deliver = {}, rate, after, times } = switched ?? {};
  const change = (patch: SwitchPatch): Promise<boolean> =>
    changeSwitch(session, target, switched === undefined ? { ...counts, ...patch } : patch);
  const changeDelivery = (patch: Readonly<Record<string, unknown>>): Promise<boolean> =>
    change({ deliver: patch });
  const changeCounts = async (patch: Counts): Promise<void> => {
    setCounts({ ...counts, ...patch });
    if (switched !== undefined) await change(patch);
  };
  return (
    <>
      {inherited.map(each => (
        <p key={each.target} class="muted">
          Applies here as well: <strong>{targetName(each.target)}</strong>, {effectWords(each).join(', ')}.
        </p>
      ))}
      <Group title="Answer">
        <AnswerChoices
          operations={operations}
          status={status}
          example={example}
          onChange={choice => void change(choice)}
        />
      </Group>
      <Group title="Speed">
        <DelayField delay={deliver.delay} onCommit={delay => changeDelivery({ delay })} />
      </Group>
      <Group title="Connection">
        <div class="choices choices-wide">
          <Choice
            name="Works"
            detail="responses arrive"
            isChosen={deliver.fault === undefined}
            onChoose={() => {
              if (deliver.fault !== undefined) void changeDelivery({ fault: null });
            }}
          />
          {Object.entries(FAULTS).map(([fault, { name, meaning }]) => (
            <Choice
              key={fault}
              name={name}
              detail={meaning}
              tone="red"
              isChosen={deliver.fault === fault}
              onChoose={() => void changeDelivery({ fault: deliver.fault === fault ? null : fault })}
            />
          ))}
        </div>
      </Group>
      <Group title="Rate limit">
        <RateChoices rate={rate} onChange={chosen => void change({ rate: chosen ?? null })} />
      </Group>
      <Group title="When">
        <div class="number-fields">
          <NumberField
            label="Only after"
            unit="normal calls"
            placeholder="0"
            min={1}
            max={MAX_COUNT}
            value={switched === undefined ? (counts.after ?? undefined) : after}
            onCommit={value => changeCounts({ after: value ?? null })}
          />
          <NumberField
            label="For the next"
            unit="calls"
            placeholder="all"
            min={1}
            max={MAX_COUNT}
            value={switched === undefined ? (counts.times ?? undefined) : times}
            onCommit={value => changeCounts({ times: value ?? null })}
          />
        </div>
        <p class="muted">Each change starts to count anew. Empty fields: from now on, for all calls.</p>
      </Group>
      <details class="switches-more" open={deliver.drip !== undefined || deliver.percent !== undefined}>
        <summary>Slow bodies, and some calls only</summary>
        <div class="number-fields">
          <NumberField
            label="Body speed"
            unit="bytes per second"
            placeholder="unlimited"
            min={1}
            max={MAX_RATE}
            value={deliver.drip}
            onCommit={drip => changeDelivery({ drip: drip ?? null })}
          />
          <NumberField
            label="Delay or break"
            unit="% of the calls, by chance"
            placeholder="100"
            min={0}
            max={100}
            value={deliver.percent}
            onCommit={percent => changeDelivery({ percent: percent ?? null })}
          />
        </div>
      </details>
      {switched !== undefined && (
        <button type="button" class="button" onClick={() => void removeSwitch(session, target)}>
          Back to normal
        </button>
      )}
      <Equivalents session={session} target={target} switched={switched} />
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <fieldset class="switches-group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}
