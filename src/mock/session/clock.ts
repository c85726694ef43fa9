// The clock of a session: the time that the app under test sees. It runs with real time until it is set, advanced or frozen.

import { z } from 'zod';
import { DURATION, parseDuration } from '../../finding/duration.ts';
import { InputError } from '../../finding/input-error.ts';

export interface SessionClock {
  /** Milliseconds that the clock is ahead of real time. */
  readonly offset: number;
  /** The time at which the clock stands; undefined: it runs. */
  readonly frozenAt?: number;
}

interface WithClock {
  readonly clock: SessionClock;
}

export const REAL_TIME: SessionClock = { offset: 0 };

/** The time of a session. @param now real time; both in milliseconds since the Unix epoch */
export function sessionTime({ clock }: WithClock, now: number): number {
  return clock.frozenAt ?? now + clock.offset;
}

/** A clock as the control API shows it. */
export interface ClockView {
  /** ISO 8601. */
  readonly now: string;
  readonly frozen: boolean;
  /** Milliseconds that `now` is ahead of real time; negative: behind. */
  readonly offset: number;
}

export function toClockView(session: WithClock, now: number): ClockView {
  const time = sessionTime(session, now);
  const { frozenAt } = session.clock;
  return { now: new Date(time).toISOString(), frozen: frozenAt !== undefined, offset: time - now };
}

/** A date is its first moment in UTC. A time needs a zone: it would depend on that of the server otherwise. */
const timestamp = z.union([
  z.iso.date(),
  z.iso.datetime({ offset: true }),
  z.iso.datetime({ offset: true, precision: -1 }),
]);

/** How to change a clock: it is set first, then advanced, then frozen or started. */
export const clockPatchSchema = z.strictObject({
  now: z
    .string()
    .refine(
      text => timestamp.safeParse(text).success,
      'must be a time such as 2027-01-01, 2027-01-01T09:30Z or 2027-01-01T09:30:00+02:00',
    )
    .optional(),
  advance: z.string().regex(DURATION, 'must be a duration such as 30s, 1h30m or 7d').optional(),
  frozen: z.boolean().optional(),
});

export type ClockPatch = z.infer<typeof clockPatchSchema>;

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(3000, 0, 1);

/** @throws InputError if the patch changes nothing, or the time is not in the years 1970 to 2999 */
export function changeClock(clock: SessionClock, patch: ClockPatch, now: number): SessionClock {
  if (Object.keys(patch).length === 0)
    throw new InputError('the body changes nothing: write "now", "advance" or "frozen"');
  const before = patch.now === undefined ? sessionTime({ clock }, now) : Date.parse(patch.now);
  const time = before + (parseDuration(patch.advance ?? '') ?? 0);
  if (!(time >= EARLIEST && time < LATEST))
    throw new InputError('the clock of a session shows a time from 1970 to 2999');
  const isFrozen = patch.frozen ?? clock.frozenAt !== undefined;
  return isFrozen ? { offset: 0, frozenAt: time } : { offset: time - now };
}
