// deadringer use: enables scenarios and sets switches in a running server, and shows what is active.

import { callControl } from '../client/call-control.ts';
import { nearestWord } from '../finding/nearest-word.ts';
import { matchesWildcards } from '../finding/wildcards.ts';
import type { SessionView } from '../mock/session/commands.ts';
import type { SwitchView } from '../mock/session/switches.ts';
import { EVERYTHING } from '../mock/target.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, UsageError } from './command.ts';
import { controlServerOption, controlTokenOption, sessionOption } from './control-options.ts';
import type { Io } from './io.ts';
import { clockText, switchText } from './session-lines.ts';
import { addSwitchOptions, type SwitchOptions, switchSettings } from './switch-options.ts';

interface UseOptions extends SwitchOptions {
  server: string;
  token?: string;
  session: string;
  off?: boolean;
  list?: boolean;
  reset?: boolean;
}

interface ListedScenario {
  readonly id: string;
  readonly api: string;
  readonly title: string;
  readonly onByDefault: boolean;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument(
      '[scenario...]',
      'scenarios to enable, or patterns with "*"; the last one takes precedence. With --list: the APIs and scenarios to list',
    )
    .option(
      '--off',
      'disable the named scenarios and remove the switches of --on; if neither is given, all scenarios and switches',
    )
    .option('--list', 'list all scenarios, and which are enabled')
    .option(
      '--reset',
      'reset the session first: positions in reply lists, states, remembered values, stored items, clock, journal and switches',
    );
  addSwitchOptions(command);
  command
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (scenarios: string[], options: UseOptions) => {
      if (options.list) await listScenarios(options, scenarios, io);
      else await changeSession(scenarios, options, io);
      finish(0);
    });
};

async function changeSession(scenarios: readonly string[], options: UseOptions, io: Io): Promise<void> {
  const settings = switchSettings(options);
  rejectContradictions(options, settings !== undefined);
  const session = `/sessions/${encodeURIComponent(options.session)}`;
  const { on: targets = [], off = false, reset = false } = options;
  const isAllOff = off && scenarios.length === 0 && targets.length === 0;
  const switchUrl = (target: string): string => `${session}/switches/${encodeURIComponent(target)}`;
  let removed: readonly SwitchView[] = [];
  if (reset) await callControl(options, 'POST', `${session}/reset`);
  if (off) {
    const named = scenarios.map(id => `?scenario=${encodeURIComponent(id)}`);
    for (const query of isAllOff ? [''] : named)
      await callControl(options, 'DELETE', `${session}/scenarios${query}`);
    for (const target of targets) await callControl(options, 'DELETE', switchUrl(target));
  }
  if (isAllOff || reset) {
    ({ switches: removed } = (await callControl(options, 'GET', session)) as SessionView);
    await callControl(options, 'DELETE', `${session}/switches`);
  }
  if (!off) {
    if (scenarios.length > 0) await callControl(options, 'POST', `${session}/scenarios`, { scenarios });
    if (settings !== undefined)
      for (const target of targets.length === 0 ? [EVERYTHING] : targets)
        await callControl(options, 'PATCH', switchUrl(target), settings);
  }
  // Read the session after the change, so that the output shows the state of the server.
  const now = (await callControl(options, 'GET', session)) as SessionView;
  const isQuestion = scenarios.length === 0 && settings === undefined && !off && !reset;
  const byDefault = isQuestion ? await defaultScenarios(options, now) : [];
  for (const line of sessionLines(now, byDefault, removed)) io.out(printable(line));
}

function rejectContradictions({ on, off }: UseOptions, isSetting: boolean): void {
  if (off && isSetting)
    throw new UsageError('--off removes switches: leave out the options that set one, such as --status');
  if (on !== undefined && !off && !isSetting)
    throw new UsageError(
      '--on names what to switch: add --status, --example, --delay, --drip, --fault or --rate',
    );
}

/** Scenarios that are on by default, and were neither enabled nor disabled. */
async function defaultScenarios(options: UseOptions, session: SessionView): Promise<readonly string[]> {
  const { scenarios } = await fetchScenarios(options);
  const known = new Set([...session.scenarios, ...session.disabledScenarios]);
  return scenarios.filter(({ id, onByDefault }) => onByDefault && !known.has(id)).map(({ id }) => id);
}

function sessionLines(
  { id, scenarios, disabledScenarios, switches, clock }: SessionView,
  byDefault: readonly string[],
  removed: readonly SwitchView[],
): string[] {
  const facts = [scenarios.length === 0 ? 'no scenario enabled' : scenarios.join(', ')];
  if (disabledScenarios.length > 0) facts.push(`disabled: ${disabledScenarios.join(', ')}`);
  if (byDefault.length > 0) facts.push(`by default: ${byDefault.join(', ')}`);
  return [
    `${id}: ${facts.join('; ')}`,
    ...(clock === undefined ? [] : [`  clock: ${clockText(clock)}`]),
    ...switches.map(each => `  ${switchText(each)}`),
    ...removed.map(each => `  removed ${switchText(each)}`),
  ];
}

async function fetchScenarios(
  options: UseOptions,
): Promise<{ readonly scenarios: readonly ListedScenario[] }> {
  return (await callControl(options, 'GET', '/scenarios')) as { scenarios: ListedScenario[] };
}

async function listScenarios(options: UseOptions, words: readonly string[], io: Io): Promise<void> {
  const { scenarios } = await fetchScenarios(options);
  // The session may not exist yet.
  const { sessions } = (await callControl(options, 'GET', '/sessions')) as { sessions: SessionView[] };
  const session = sessions.find(({ id }) => id === options.session);
  const isNamed = ({ api, id }: ListedScenario): boolean =>
    words.length === 0 ||
    words.some(word => (word.includes('*') ? matchesWildcards(word, id) : word === api || id.includes(word)));
  const shown = scenarios.filter(isNamed);
  if (shown.length === 0 && words.length > 0) {
    const known = scenarios.flatMap(({ id, api }) => [api, id]);
    const near = words.map(word => nearestWord(word, known)).find(word => word !== undefined);
    throw new UsageError(
      `no scenario of an API, or with an id, like "${words.join(' ')}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    );
  }
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  for (const scenario of shown) {
    const mark = markOf(scenario, session);
    const line = printable(`${scenario.id.padEnd(width)}  ${scenario.title}${mark && ` (${mark})`}`);
    io.out(mark.startsWith('enabled') ? io.stdout.style('green', line) : line);
  }
}

function markOf({ id, onByDefault }: ListedScenario, session: SessionView | undefined): string {
  if (session?.scenarios.includes(id)) return 'enabled';
  if (session?.disabledScenarios.includes(id)) return 'disabled';
  return onByDefault ? 'enabled by default' : '';
}
