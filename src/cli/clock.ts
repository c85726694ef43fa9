// deadringer clock: shows and changes the time that the app under test sees in a session.

import { Argument } from 'commander';
import { type ControlConnection, callControl } from '../client/call-control.ts';
import { DURATION } from '../finding/duration.ts';
import type { ClockPatch, ClockView } from '../mock/session/clock.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, UsageError } from './command.ts';
import { controlServerOption, controlTokenOption, sessionOption } from './control-options.ts';
import { clockText } from './session-lines.ts';

interface ClockOptions extends ControlConnection {
  readonly session: string;
}

/** What each action sends; undefined: nothing is changed. */
const ACTIONS = {
  show: () => undefined,
  set: (value: string | undefined): ClockPatch => ({ now: required(value, 'set', '2027-01-01T09:30Z') }),
  advance: (value: string | undefined): ClockPatch => ({ advance: parseAdvance(value) }),
  freeze: (): ClockPatch => ({ frozen: true }),
  run: (): ClockPatch => ({ frozen: false }),
  reset: () => 'reset' as const,
} as const satisfies Record<string, (value: string | undefined) => ClockPatch | 'reset' | undefined>;

type Action = keyof typeof ACTIONS;
const WITH_VALUE: readonly Action[] = ['set', 'advance'];

export const build: BuildCommand = (command, finish, io) => {
  command
    .addArgument(
      new Argument(
        '[action]',
        'set it to a time, advance it, freeze it, let it run on, or reset it to real time',
      )
        .choices(Object.keys(ACTIONS))
        .default('show'),
    )
    .argument(
      '[value]',
      'for "set" a time, such as 2027-01-01T09:30Z; for "advance" a duration, such as 1h30m',
    )
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (action: Action, value: string | undefined, options: ClockOptions) => {
      if (value !== undefined && !WITH_VALUE.includes(action))
        throw new UsageError(`"clock ${action}" takes no value; "clock set" and "clock advance" do`);
      const change = ACTIONS[action](value);
      const path = `/sessions/${encodeURIComponent(options.session)}/clock`;
      const view =
        change === undefined
          ? await callControl(options, 'GET', path)
          : change === 'reset'
            ? await callControl(options, 'DELETE', path)
            : await callControl(options, 'PATCH', path, change, {
                '/now': `"${value}"`,
                '/advance': `"${value}"`,
              });
      io.out(printable(`${options.session}: ${clockText(view as ClockView)}`));
      finish(0);
    });
};

function required(value: string | undefined, action: string, example: string): string {
  if (value === undefined)
    throw new UsageError(`"clock ${action}" needs a value, such as "clock ${action} ${example}"`);
  return value;
}

function parseAdvance(value: string | undefined): string {
  const text = required(value, 'advance', '1h30m');
  if (DURATION.test(text)) return text;
  throw new UsageError(`"${text}" is no duration: write one such as 30s, 1h30m or 7d`);
}
