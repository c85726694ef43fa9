// deadringer sessions: who is working with a running server.

import { count } from '../reporters/safe.ts';
import { callControl, serverOption, tokenOption } from './client.ts';
import type { Build } from './command.ts';

interface SessionsOptions {
  server: string;
  token?: string;
  end?: string;
}

export const build: Build = (command, finish, io) => {
  command
    .option('--end <name>', 'end this session with all it holds')
    .addOption(serverOption)
    .addOption(tokenOption)
    .action(async (options: SessionsOptions) => {
      if (options.end !== undefined)
        await callControl(options, 'DELETE', `/sessions/${encodeURIComponent(options.end)}`);
      const { sessions } = (await callControl(options, 'GET', '/sessions')) as {
        sessions: { id: string; usedAt: string; calls: number; scenarios: string[] }[];
      };
      for (const { id, usedAt, calls, scenarios } of sessions) {
        io.out(
          `${id}  ${count(calls, 'call')}, last ${usedAt}${scenarios.length === 0 ? '' : `, plays ${scenarios.join(', ')}`}`,
        );
      }
      if (sessions.length === 0) io.out('no session yet; the first call makes one');
      finish(0);
    });
};
