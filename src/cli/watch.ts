// Reloads a running mock when a file that it reads changes. An edit that cannot be loaded changes nothing.
import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDocumentFiles, parseDocumentSource } from '../openapi/find-documents.ts';
import { toUri } from '../openapi/read-files.ts';
import { listScenarioFiles } from '../scenario/list-files.ts';
import type { CommandServerOptions } from '../start-options.ts';

/** Milliseconds between two looks at the files; more if a look takes long. */
const POLL_MS = 100;
/** The share of the time that looking may take is one in so many. */
const REST_FACTOR = 5;
/** Looks without a further change before a reload: editors save a file in several steps. */
const CALM_LOOKS = 2;
/** The same while a file that had text is away or empty: most editors and generators are about to write it. */
const CALM_LOOKS_IN_SAVE = 8;

/** What tells two versions of each file apart; '' if there is no such file. */
type Stamps = ReadonlyMap<string, string>;

export interface WatchEvents {
  readonly onReload: () => void;
  readonly onFailure: (error: unknown) => void;
}

export interface Watcher {
  /** To be called with the URL of each file before it is read. */
  readonly onRead: (uri: string) => void;
  /** Reloads at each change, until the signal. */
  readonly follow: (reload: () => Promise<void>, events: WatchEvents) => Promise<void>;
}

/**
 * Polls every file that was read, and the lists of files in the named folders. Files and folders may be removed and created
 * again; other files in a folder have no effect. Notifications of the system end when a folder is removed, and containers and
 * network drives often have none.
 * @param isOwnLog whether this process writes into the file
 */
export function createWatcher(
  { specs, scenarios = [] }: Pick<CommandServerOptions, 'specs' | 'scenarios'>,
  isOwnLog: (file: Stats) => boolean,
  signal: AbortSignal,
): Watcher {
  const paths = specs.map(each => parseDocumentSource(each).path);
  /** The folders, and the files of the last load, by URL, as they were when it read them. */
  let known = new Map<string, string>();
  /** What the load that is under way has read. */
  let read = new Set<string>();

  const stampText = (stats: Stats | undefined): string => {
    if (stats === undefined || isOwnLog(stats)) return '';
    // What is in a folder is listed.
    if (stats.isDirectory()) return 'folder';
    const { dev, ino, size, mtimeMs, ctimeMs } = stats;
    return size === 0 ? EMPTY : [dev, ino, size, mtimeMs, ctimeMs].join(' ');
  };

  const listFiles = async (): Promise<string[]> => {
    const documents = (await findDocumentFiles(specs, [])).map(({ file }) => file);
    const inFolders = [...documents, ...(await listScenarioFiles(scenarios, []))];
    return [...paths, ...scenarios, ...inFolders].map(toUri);
  };

  const stampsOf = async (uris: Iterable<string>): Promise<Stamps> => {
    const stamps = [...new Set(uris)].map(async uri => {
      // A file that cannot be looked at cannot be read either, and the reader reports why.
      const stats = await stat(new URL(uri)).catch(() => undefined);
      return [uri, stampText(stats)] as const;
    });
    return new Map(await Promise.all(stamps));
  };

  /** Resolves when files have changed and change no more, with the list of files. */
  const change = async (): Promise<string[]> => {
    let before: Stamps = known;
    for (let calmLooks = 0; ; ) {
      const start = performance.now();
      const listed = await listFiles();
      const now = await stampsOf([...listed, ...known.keys()]);
      calmLooks = areEqual(now, before) ? calmLooks + 1 : 0;
      const isInSave = [...now].some(([uri, stamp]) => !hasText(stamp) && hasText(known.get(uri)));
      if (!areEqual(now, known) && calmLooks >= (isInSave ? CALM_LOOKS_IN_SAVE : CALM_LOOKS)) {
        known = new Map(now);
        return listed;
      }
      before = now;
      await sleep(Math.max(POLL_MS, REST_FACTOR * (performance.now() - start)), undefined, { signal });
    }
  };

  const onRead = (uri: string): void => {
    if (!uri.startsWith('file:')) return;
    known.set(uri, stampText(statOrNothing(uri)));
    read.add(uri);
  };
  for (const source of [...paths, ...scenarios]) onRead(toUri(source));

  return {
    onRead,
    follow: async (reload, { onReload, onFailure }) => {
      while (!signal.aborted) {
        try {
          const listed = await change();
          read = new Set();
          await reload();
          // Forget files that no document refers to any more. A failed load may not have read all files.
          known = new Map([...known].filter(([uri]) => read.has(uri) || listed.includes(uri)));
          onReload();
        } catch (error) {
          if (!signal.aborted) onFailure(error);
        }
      }
    },
  };
}

const EMPTY = 'empty';

function hasText(stamp: string | undefined): boolean {
  return stamp !== undefined && stamp !== '' && stamp !== EMPTY;
}

function areEqual(left: Stamps, right: Stamps): boolean {
  return left.size === right.size && [...left].every(([uri, stamp]) => right.get(uri) === stamp);
}

function statOrNothing(uri: string): Stats | undefined {
  try {
    return statSync(new URL(uri));
  } catch {
    return undefined;
  }
}
