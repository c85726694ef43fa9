// Reloads a running mock when its files change. An invalid edit is reported and changes nothing.
import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../finding/finding.ts';
import { ContractError } from '../openapi/load.ts';
import type { MockOptions, MockServer } from '../start.ts';

/** Milliseconds to wait for further changes: editors save a file in several steps. */
const DEBOUNCE_MS = 80;

export interface WatchEvents {
  readonly onReload: () => void;
  readonly onInvalid: (findings: readonly Finding[]) => void;
}

/**
 * Watches the folders of every file that was read, since editors replace files instead of writing into them.
 * @returns a function that stops watching
 */
export function watchFiles(
  mock: MockServer,
  options: MockOptions,
  { onReload, onInvalid }: WatchEvents,
): () => void {
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  const follow = (): void => {
    for (const each of watchers) each.close();
    watchers = [...watchedFolders(mock, options)].map(folder => watch(folder, schedule));
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Reloads run one after the other: an edit during a reload is loaded after it.
      running = running.then(reload);
    }, DEBOUNCE_MS);
  };
  const reload = async (): Promise<void> => {
    try {
      await mock.reload();
      follow();
      onReload();
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      onInvalid(error.findings);
    }
  };

  follow();
  return () => {
    clearTimeout(timer);
    for (const each of watchers) each.close();
  };
}

function watchedFolders(mock: MockServer, options: MockOptions): Set<string> {
  const folders = new Set<string>();
  for (const { documents } of mock.state.config.contract.apis) {
    for (const uri of documents.uris()) folders.add(path.dirname(fileURLToPath(uri)));
  }
  for (const folder of options.scenarios ?? []) {
    folders.add(path.resolve(folder));
    for (const { source } of mock.state.config.scenarios.values()) {
      if (source !== undefined) folders.add(path.dirname(path.resolve(source.file)));
    }
  }
  return folders;
}
