// deadringer state: shows, resets, saves and loads the items that a stateful mock stores in a session.

import type { Command } from 'commander';
import { type ControlConnection, callControl, fetchControl } from '../client/call-control.ts';
import { pluralize } from '../finding/plural.ts';
import { printable } from '../reporters/safe-text.ts';
import type { BuildCommand } from './command.ts';
import { controlServerOption, controlTokenOption, sessionOption } from './control-options.ts';
import type { Io } from './io.ts';
import { writeFileAtomically } from './report-output.ts';
import { loadSnapshotFile } from './state-load.ts';
import { type ShowStateOptions, showState } from './state-show.ts';

interface StateOptions extends ControlConnection {
  session: string;
}

interface SaveOptions extends StateOptions {
  api?: string[];
  keepSecrets?: boolean;
}

export const build: BuildCommand = (command, finish, io) => {
  subcommand(command, 'show', 'show the resources and their items, or one item')
    .argument(
      '[resource]',
      'an API ("petstore") or a resource of it ("petstore/pets", "petstore/owners/pets")',
    )
    .argument('[id]', 'id of one item')
    .option('--parent <id...>', 'only items below these parents, outermost first')
    .option('--offset <number>', 'number of items to skip', '0')
    .option('--limit <number>', 'largest number of items', '100')
    .option('--json', 'print JSON')
    .action(async (resource: string | undefined, id: string | undefined, options: ShowStateOptions) => {
      await showState(resource, id, options, io);
      finish(0);
    });
  subcommand(
    command,
    'reset',
    'remove the items, so that the session has its examples or its state file again',
  )
    .argument('[api...]', 'only the items of these APIs')
    .action(async (apis: string[], options: StateOptions) => {
      await callControl(options, 'DELETE', statePath(options, apis));
      await reportSession('reset', options, io);
      finish(0);
    });
  subcommand(command, 'save', 'write the items to a file, without secrets')
    .argument('<file>', 'JSON file; - writes to standard output')
    .option('--api <name...>', 'only the items of these APIs')
    .option('--keep-secrets', 'write secrets as they are stored, instead of placeholders')
    .action(async (file: string, options: SaveOptions) => {
      await save(file, options, io);
      finish(0);
    });
  subcommand(command, 'load', 'replace the items of the resources that a file names')
    .argument('<file>', 'file of "state save"; - reads standard input')
    .action(async (file: string, options: StateOptions) => {
      await loadSnapshotFile(file, statePath(options), options, io);
      await reportSession('loaded', options, io);
      finish(0);
    });
};

function subcommand(command: Command, name: string, description: string): Command {
  return command
    .command(name)
    .description(description)
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .exitOverride();
}

function statePath({ session }: StateOptions, apis: readonly string[] = [], keepSecrets = false): string {
  const query = new URLSearchParams(apis.map((api): [string, string] => ['api', api]));
  if (keepSecrets) query.set('keep-secrets', 'true');
  const path = `/sessions/${encodeURIComponent(session)}/state`;
  return query.size === 0 ? path : `${path}?${query}`;
}

async function save(file: string, options: SaveOptions, io: Io): Promise<void> {
  const path = statePath(options, options.api, options.keepSecrets);
  const text = `${await (await fetchControl(options, 'GET', path)).text()}\n`;
  if (file === '-') {
    io.stdout.write(text);
    return;
  }
  await writeFileAtomically(file, text);
  io.out(printable(`${options.session}: the state is in ${file}`));
  if (options.keepSecrets) io.err('deadringer: the file has secrets as they are stored: keep it private');
}

async function reportSession(done: string, options: StateOptions, io: Io): Promise<void> {
  const path = `/sessions/${encodeURIComponent(options.session)}/resources`;
  const counts = (await callControl(options, 'GET', path)) as { readonly entries: number };
  io.out(printable(`${options.session}: ${done}, ${pluralize(counts.entries, 'item')}`));
}
