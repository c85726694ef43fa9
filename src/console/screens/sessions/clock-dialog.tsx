// The clock of a session: the time that its app sees, and buttons that set, advance, freeze and reset it.
import { useEffect, useState } from 'preact/hooks';
import { control, type Schema } from '../../client.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Failure } from '../../parts/page.tsx';
import { useResource } from '../../resource.ts';
import { run } from '../../state.ts';

type Clock = Schema<'Clock'>;

interface ClockDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

const STEPS = [
  ['1m', '1 minute'],
  ['1h', '1 hour'],
  ['1d', '1 day'],
  ['30d', '30 days'],
] as const;

export function ClockDialog({ id, onClose }: ClockDialogProps) {
  const { data, error, reload } = useResource(
    signal => control('get', '/sessions/{id}/clock', { path: { id }, signal }),
    [id],
  );
  const [time, setTime] = useState('');
  const [duration, setDuration] = useState('');
  const change = (body: Schema<'ClockPatch'>): Promise<boolean> =>
    run(() => control('patch', '/sessions/{id}/clock', { path: { id }, body }));
  return (
    <Dialog title={`Clock of "${id}"`} class="clock-dialog" onClose={onClose}>
      <p class="muted">
        The app sees this time: in templates, in the field Date, in what it creates, and in rate limits. The
        journal and delays keep real time.
      </p>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {data !== undefined && <ClockFace clock={data} />}
      <fieldset class="clock-group">
        <legend>Advance</legend>
        <div class="row">
          {STEPS.map(([advance, name]) => (
            <button key={advance} type="button" class="button" onClick={() => void change({ advance })}>
              {name}
            </button>
          ))}
        </div>
        <form
          class="row"
          onSubmit={event => {
            event.preventDefault();
            void change({ advance: duration });
          }}
        >
          <label class="row">
            Another duration
            <input
              required
              pattern="(\d+(\.\d+)?(ms|s|m|h|d))+"
              title="Such as 90s, 1h30m or 7d"
              placeholder="1h30m"
              value={duration}
              onInput={event => setDuration(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button">
            Advance
          </button>
        </form>
      </fieldset>
      <fieldset class="clock-group">
        <legend>Set</legend>
        <form
          class="row"
          onSubmit={event => {
            event.preventDefault();
            void change({ now: `${time}Z` });
          }}
        >
          <label class="row">
            Time in UTC
            <input
              type="datetime-local"
              required
              min="1970-01-01T00:00"
              max="2999-12-31T23:59"
              value={time}
              onInput={event => setTime(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button">
            Set
          </button>
        </form>
      </fieldset>
      <div class="row">
        <button type="button" class="button" onClick={() => void change({ frozen: data?.frozen !== true })}>
          {data?.frozen ? 'Let it run' : 'Freeze'}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => void run(() => control('delete', '/sessions/{id}/clock', { path: { id } }))}
        >
          Real time
        </button>
      </div>
    </Dialog>
  );
}

const TICK_MS = 1000;

function ClockFace({ clock }: { readonly clock: Clock }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  // The clock of this machine may differ from that of the server; a second does not matter to people.
  const time = clock.frozen ? clock.now : new Date(now + clock.offset).toISOString();
  return (
    <p class="clock-face">
      <time dateTime={time}>{timeWords(time)}</time> <span class="badge">{clockWords(clock)}</span>
    </p>
  );
}

/** "2027-01-01 09:30:00 UTC" */
export function timeWords(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

/** "frozen", "ahead of real time", "real time" */
export function clockWords({ frozen, offset }: Clock): string {
  if (frozen) return 'frozen';
  if (Math.abs(offset) < 1000) return 'real time';
  return offset < 0 ? 'behind real time' : 'ahead of real time';
}
