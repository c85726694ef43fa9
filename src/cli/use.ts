// deadringer use: enables or disables scenarios in a running server.

import { nearestWord } from '../finding/nearest-word.ts';
import { printable } from '../reporters/safe-text.ts';
import type { DeliverySpec } from '../scenario/scenario.ts';
import { type BuildCommand, UsageError } from './command.ts';
import { callControl, controlServerOption, controlTokenOption, sessionOption } from './control-client.ts';
import { deliveryText } from './format-lines.ts';
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
    .option(
      '--off',
      'disable the named scenarios; if none is named, all of them and the delivery of the session',
    )
    .option('--list', 'list all scenarios')
    .option(
      '--reset',
      'reset the session first: positions in reply lists, states, stored values, journal and delivery',
    )
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
  const now = (await callControl(options, 'GET', session)) as {
    scenarios: string[];
    disabledScenarios: string[];
    deliver?: DeliverySpec;
  };
  const { scenarios: enabled, disabledScenarios: disabled, deliver } = now;
  const facts = [enabled.length === 0 ? 'no scenario enabled' : enabled.join(', ')];
  if (disabled.length > 0) facts.push(`disabled: ${disabled.join(', ')}`);
  if (deliver !== undefined) {
    const isRemoved = options.reset || (options.off && scenarios.length === 0);
    if (isRemoved) await callControl(options, 'PUT', `${session}/delivery`, null);
    facts.push(`${isRemoved ? 'removed the delivery' : 'delivery'}: ${deliveryText(deliver)}`);
  }
  io.out(printable(`${options.session}: ${facts.join('; ')}`));
}

async function listScenarios(options: UseOptions, apis: readonly string[], io: Io): Promise<void> {
  const { scenarios } = (await callControl(options, 'GET', '/scenarios')) as {
    scenarios: { id: string; api: string; title: string; onByDefault: boolean }[];
  };
  const shown = scenarios.filter(
    ({ api, id }) => apis.length === 0 || apis.includes(api) || apis.some(word => id.includes(word)),
  );
  if (shown.length === 0 && apis.length > 0) {
    const known = scenarios.flatMap(({ id, api }) => [api, id]);
    const near = apis.map(word => nearestWord(word, known)).find(word => word !== undefined);
    throw new UsageError(
      `no scenario of an API, or with an id, like "${apis.join(' ')}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    );
  }
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  for (const { id, title, onByDefault } of shown)
    io.out(printable(`${id.padEnd(width)}  ${title}${onByDefault ? ' (enabled by default)' : ''}`));
}
