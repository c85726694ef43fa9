// deadringer use: enables or disables scenarios in a running server.

import type { BuildCommand } from './command.ts';
import { callControl, controlServerOption, controlTokenOption, sessionOption } from './control-client.ts';
import type { Io } from './io.ts';

interface UseOptions {
  server: string;
  token?: string;
  session: string;
  off?: boolean;
  list?: boolean;
  reset?: boolean;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('[scenario...]', 'scenarios; the last one takes precedence')
    .option('--off', 'disable the named scenarios, or all if none is named')
    .option('--list', 'list all scenarios')
    .option('--reset', 'reset the session first: positions in reply lists, states, stored values and journal')
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (scenarios: string[], options: UseOptions) => {
      if (options.list) await listScenarios(options, scenarios, io);
      else await switchScenarios(scenarios, options, io);
      finish(0);
    });
};

async function switchScenarios(scenarios: readonly string[], options: UseOptions, io: Io): Promise<void> {
  const session = `/sessions/${encodeURIComponent(options.session)}`;
  if (options.reset) await callControl(options, 'POST', `${session}/reset`);
  if (options.off) {
    const each = scenarios.length === 0 ? [''] : scenarios.map(id => `?scenario=${encodeURIComponent(id)}`);
    for (const query of each) await callControl(options, 'DELETE', `${session}/scenarios${query}`);
  } else if (scenarios.length > 0) {
    await callControl(options, 'POST', `${session}/scenarios`, { scenarios });
  }
  // Read the session after the change, so that the output shows the state of the server.
  const now = await callControl(options, 'GET', session);
  const { scenarios: enabled, disabledScenarios: disabled } = now as {
    scenarios: string[];
    disabledScenarios: string[];
  };
  io.out(
    `${options.session}: ${enabled.length === 0 ? 'no scenario enabled' : enabled.join(', ')}${disabled.length === 0 ? '' : `; disabled: ${disabled.join(', ')}`}`,
  );
}

async function listScenarios(options: UseOptions, apis: readonly string[], io: Io): Promise<void> {
  const { scenarios } = (await callControl(options, 'GET', '/scenarios')) as {
    scenarios: { id: string; api: string; title: string; onByDefault: boolean }[];
  };
  const shown = scenarios.filter(
    ({ api, id }) => apis.length === 0 || apis.includes(api) || apis.some(word => id.includes(word)),
  );
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  for (const { id, title, onByDefault } of shown)
    io.out(`${id.padEnd(width)}  ${title}${onByDefault ? ' (enabled by default)' : ''}`);
}
