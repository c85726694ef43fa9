// deadringer sessions: lists or ends sessions of a running server.

import { callControl } from '../client/call-control.ts';
import { pluralize } from '../finding/plural.ts';
import type { SessionView } from '../mock/session/commands.ts';
import { printable } from '../reporters/safe-text.ts';
import type { BuildCommand } from './command.ts';
import { controlServerOption, controlTokenOption } from './control-options.ts';
import { clockText, switchText } from './session-lines.ts';

interface SessionsOptions {
  server: string;
  token?: string;
  end?: string;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .option('--end <name>', 'end this session and delete its data')
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (options: SessionsOptions) => {
      if (options.end !== undefined)
        await callControl(options, 'DELETE', `/sessions/${encodeURIComponent(options.end)}`);
      const { sessions } = (await callControl(options, 'GET', '/sessions')) as {
        sessions: SessionView[];
      };
      for (const { id, lastUsedAt, calls, scenarios, bindings, switches, clock } of sessions) {
        const facts = [
          `${pluralize(calls, 'call')}, last used ${lastUsedAt}`,
          ...(scenarios.length === 0 ? [] : [`scenarios ${scenarios.join(', ')}`]),
          ...(clock === undefined ? [] : [`clock ${clockText(clock)}`]),
          ...(bindings.credentials === 0 ? [] : [pluralize(bindings.credentials, 'bound credential')]),
        ];
        io.out(printable(`${id}  ${facts.join(', ')}`));
        for (const each of switches) io.out(printable(`  ${switchText(each)}`));
      }
      if (sessions.length === 0) io.out('no sessions; the first request creates one');
      finish(0);
    });
};
