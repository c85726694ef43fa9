// The rate limit of a switch: as the document says, none, the declared one, a usual one, or any other.
import { useState } from 'preact/hooks';
import { Choice } from './choice.tsx';

interface RateChoicesProps {
  readonly rate: string | undefined;
  /** @param rate undefined: the switch says nothing about rates */
  readonly onChange: (rate: string | undefined) => void;
}

const OFFERED: readonly (readonly [rate: string | undefined, name: string, detail: string])[] = [
  [undefined, 'Normal', 'as the document says'],
  ['off', 'None', 'also where the document sets one'],
  ['on', 'Declared', 'also where the document turns it off'],
  ['5/1m', '5/1m', 'five requests a minute'],
];

export function RateChoices({ rate, onChange }: RateChoicesProps) {
  const [text, setText] = useState('');
  const isOther = rate !== undefined && !OFFERED.some(([offered]) => offered === rate);
  return (
    <>
      <div class="choices choices-wide">
        {[...OFFERED, ...(isOther ? [[rate, rate, 'requests in a time'] as const] : [])].map(
          ([offered, name, detail]) => (
            <Choice
              key={name}
              name={name}
              detail={detail}
              isChosen={offered === rate}
              onChoose={() => {
                if (offered !== rate) onChange(offered);
              }}
            />
          ),
        )}
      </div>
      <form
        class="row other-status"
        onSubmit={event => {
          event.preventDefault();
          onChange(text);
          setText('');
        }}
      >
        <label class="row">
          Any other rate
          <input
            required
            pattern="[1-9]\d{0,8}/(\d+(\.\d+)?(ms|s|m|h|d))+"
            title="Requests and a time, such as 5/1m or 1000/1d"
            placeholder="1000/1d"
            value={text}
            onInput={event => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button">
          Limit
        </button>
      </form>
      <p class="muted">
        Counted for each credential, from its first request on. A request above it gets the declared 429.
      </p>
    </>
  );
}
