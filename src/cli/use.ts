// deadringer use: switch scenarios on and off in a running server.

import { callControl, serverOption, sessionOption, tokenOption } from './client.ts';
import type { Build } from './command.ts';
import type { Io } from './io.ts';

interface UseOptions {
  server: string;
  token?: string;
  session: string;
  off?: boolean;
  list?: boolean;
  reset?: boolean;
}

export const build: Build = (command, finish, io) => {
  command
    .argument('[scenario...]', 'scenarios, the last on top')
    .option('--off', 'switch them off; all of them, when none is named')
    .option('--list', 'list the scenarios there are')
    .option('--reset', 'start over: positions, states, memory and journal')
    .addOption(sessionOption)
    .addOption(serverOption)
    .addOption(tokenOption)
    .action(async (scenarios: string[], options: UseOptions) => {
      if (options.list) await list(options, scenarios, io);
      else await use(scenarios, options, io);
      finish(0);
    });
};

async function use(scenarios: readonly string[], options: UseOptions, io: Io): Promise<void> {
  const session = `/sessions/${encodeURIComponent(options.session)}`;
  if (options.reset) await callControl(options, 'POST', `${session}/reset`);
  if (options.off) {
    const each = scenarios.length === 0 ? [''] : scenarios.map(id => `?scenario=${encodeURIComponent(id)}`);
    for (const query of each) await callControl(options, 'DELETE', `${session}/scenarios${query}`);
  } else if (scenarios.length > 0) {
    await callControl(options, 'POST', `${session}/scenarios`, { scenarios });
  }
  // Asked after the deed, so that what is said is what is.
  const now = await callControl(options, 'GET', session);
  const { scenarios: on, off } = now as { scenarios: string[]; off: string[] };
  io.out(
    `${options.session}: ${on.length === 0 ? 'no scenario is switched on' : on.join(', ')}${off.length === 0 ? '' : `; off: ${off.join(', ')}`}`,
  );
}

async function list(options: UseOptions, apis: readonly string[], io: Io): Promise<void> {
  const { scenarios } = (await callControl(options, 'GET', '/scenarios')) as {
    scenarios: { id: string; api: string; title: string; onByDefault: boolean }[];
  };
  const shown = scenarios.filter(
    ({ api, id }) => apis.length === 0 || apis.includes(api) || apis.some(word => id.includes(word)),
  );
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  for (const { id, title, onByDefault } of shown)
    io.out(`${id.padEnd(width)}  ${title}${onByDefault ? ' (on by default)' : ''}`);
}
