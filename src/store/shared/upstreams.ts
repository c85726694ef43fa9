// Upstreams that the control API has changed: all replicas use the same ones, also those that start later.

import type { Upstream } from '../../mock/proxy/upstream.ts';
import type { UpstreamTable } from '../../mock/proxy/upstream-table.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import type { Channel } from './channel.ts';
import type { Seal } from './seal.ts';
import type { ServerField } from './server-field.ts';

export interface SharedUpstreams {
  set(upstream: Upstream): Promise<void>;
  /** @returns false if there is no upstream with this name */
  delete(name: string): Promise<boolean>;
  /** Uses those of the store, if the control API has changed any. */
  take(): Promise<void>;
}

export interface SharedUpstreamsOptions {
  readonly table: UpstreamTable;
  readonly channel: Channel;
  /** The list of upstreams, sealed: a path may be a secret. */
  readonly field: ServerField;
  readonly seal: Seal;
  readonly onWarning: (message: string) => void;
}

const QUESTION = 'take-upstreams';
const MAX_ATTEMPTS = 20;

export function shareUpstreams({
  table,
  channel,
  field,
  seal,
  onWarning,
}: SharedUpstreamsOptions): SharedUpstreams {
  /** What was taken last, sealed; '': the control API has changed none. */
  let taken = '';
  const take = async (): Promise<void> => {
    const stored = await field.read();
    // Someone has emptied the store.
    if (stored === '' && taken !== '') await field.replace('', taken);
    if (stored === '' || stored === taken) return;
    table.replaceAll(parseList(seal.unseal(stored)));
    taken = stored;
  };
  /** @param change returns undefined for a list that stays as it is */
  const change = async (
    changed: (list: readonly Upstream[]) => readonly Upstream[] | undefined,
  ): Promise<boolean> => {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const before = await field.read();
      const next = changed(before === '' ? table.list() : parseList(seal.unseal(before)));
      if (next === undefined) return false;
      if (!(await field.replace(before, seal.seal(JSON.stringify(next))))) continue;
      await take();
      // It takes them when it is back.
      for (const { replica, error } of await channel.ask(QUESTION, null))
        if (error !== undefined)
          onWarning(`replica ${replica} does not know the changed upstreams yet: ${error}`);
      return true;
    }
    throw new StoreUnavailable('other replicas change the upstreams all the time; try again');
  };
  channel.answer(QUESTION, take);
  return {
    take,
    set: async upstream => {
      await change(list => [...list.filter(({ name }) => name !== upstream.name), upstream]);
    },
    delete: name =>
      change(list =>
        list.some(each => each.name === name) ? list.filter(each => each.name !== name) : undefined,
      ),
  };
}

function parseList(text: string): readonly Upstream[] {
  return JSON.parse(text) as readonly Upstream[];
}
