// The clock of a session: the methods that show and change it.
import type { ControlSchema } from './control-operation.ts';
import type { SessionCaller } from './session-caller.ts';

/** The time that the app under test sees. Each method returns the clock as it is afterwards. */
export interface ClockOfSession {
  get(): Promise<ControlSchema<'Clock'>>;
  /**
   * Sets the clock. It runs on from this time; a frozen clock stays frozen.
   * @param time a Date, or a text such as "2027-01-01T09:30Z" or "2027-01-01", from 1970 to 2999
   * @example
   * await mock.clock.set('2027-01-01T09:30Z');
   */
  set(time: Date | string): Promise<ControlSchema<'Clock'>>;
  /**
   * @param duration milliseconds, or a text such as "30s", "1h30m" or "7d"
   * @example
   * await mock.clock.advance('7d');
   */
  advance(duration: number | string): Promise<ControlSchema<'Clock'>>;
  /** Stops the clock; `advance` and `set` still move it. */
  freeze(): Promise<ControlSchema<'Clock'>>;
  /** Lets the clock run on. */
  run(): Promise<ControlSchema<'Clock'>>;
  /** Shows real time again. */
  reset(): Promise<ControlSchema<'Clock'>>;
}

const PATH = '/sessions/{id}/clock';

export function createClockOfSession(call: SessionCaller): ClockOfSession {
  const change = (body: ControlSchema<'ClockPatch'>) => call('patch', PATH, { body });
  return {
    get: () => call('get', PATH),
    set: time => change({ now: typeof time === 'string' ? time : time.toISOString() }),
    advance: duration => change({ advance: typeof duration === 'number' ? `${duration}ms` : duration }),
    freeze: () => change({ frozen: true }),
    run: () => change({ frozen: false }),
    reset: () => call('delete', PATH),
  };
}
