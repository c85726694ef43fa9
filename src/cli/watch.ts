// Follows the files of a running mock: a good edit is served at once, a broken one is reported and changes nothing.
import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ContractError } from '../contract/load.ts';
import type { Finding } from '../finding/finding.ts';
import type { Mock, MockOptions } from '../start.ts';

/** Editors write a file in several steps; one reload serves them all. Milliseconds. */
const SETTLE = 80;

export interface WatchReports {
  readonly onReload: () => void;
  readonly onBroken: (findings: readonly Finding[]) => void;
}

/**
 * Watches the folders of every file that was read, since editors replace files instead of writing into them.
 * @returns a function that stops watching
 */
export function watchWorld(
  mock: Mock,
  options: MockOptions,
  { onReload, onBroken }: WatchReports,
): () => void {
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  const follow = (): void => {
    for (const each of watchers) each.close();
    watchers = [...foldersOf(mock, options)].map(folder => watch(folder, schedule));
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // One after the other: a second edit during a reload is loaded after it.
      running = running.then(reload);
    }, SETTLE);
  };
  const reload = async (): Promise<void> => {
    try {
      await mock.reload();
      follow();
      onReload();
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      onBroken(error.findings);
    }
  };

  follow();
  return () => {
    clearTimeout(timer);
    for (const each of watchers) each.close();
  };
}

function foldersOf(mock: Mock, options: MockOptions): Set<string> {
  const folders = new Set<string>();
  for (const { sources } of mock.stage.world.contract.apis) {
    for (const uri of sources.uris()) folders.add(path.dirname(fileURLToPath(uri)));
  }
  for (const folder of options.scenarios ?? []) {
    folders.add(path.resolve(folder));
    for (const { source } of mock.stage.world.scenarios.values()) {
      if (source !== undefined) folders.add(path.dirname(path.resolve(source.file)));
    }
  }
  return folders;
}
