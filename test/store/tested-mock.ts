// What tests of sessions start: one mock that keeps its sessions in memory, or replicas that share them.
import type { ServeEvent } from '../../src/mock/serve-event.ts';
import { checkOptionNames } from '../../src/option-names.ts';
import { startServer } from '../../src/start.ts';
import type { MockOptions } from '../../src/start-options.ts';

export interface TestedMock {
  readonly url: string;
  readonly port: number;
  /** Calls the listener for each served request. */
  subscribe(listener: (event: ServeEvent) => void): void;
  reload(): Promise<void>;
  close(grace?: number): Promise<void>;
}

type Start = (options: MockOptions) => Promise<TestedMock>;

const startAlone: Start = async options => {
  checkOptionNames(options);
  const server = await startServer(options);
  return { ...server, subscribe: listener => void server.state.subscribe(listener) };
};

let start = startAlone;

export const startTestedMock: Start = options => start(options);

/** From now on, this test file starts mocks in another way. */
export function useStart(other: Start): void {
  start = other;
}

/** The entry of the latest request: replicas may add entries to a journal in another order than that of their answers. */
export function latestOf<Entry extends { readonly startedAt: string }>(entries: readonly Entry[]): Entry {
  return entries.reduce((latest, each) => (each.startedAt < latest.startedAt ? latest : each));
}
