// Reloads of all replicas at one version: each reads its own files, and all serve them, or none.

import { isObject } from '../../exchange/json.ts';
import { createTurns, type LocalServer, ReloadRefused, type ReplicaVersion } from '../../mock/replicas.ts';
import type { ServedConfig } from '../../mock/served-config.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import type { Channel } from './channel.ts';
import type { HeldLock, WithReloadLock } from './reload-lock.ts';
import type { ServerField } from './server-field.ts';

export interface SharedReloads {
  /** As in Replicas. */
  reload(): Promise<void>;
  /** What other live replicas serve. @throws StoreUnavailable */
  others(): Promise<readonly ReplicaVersion[]>;
  /** To be called when this server serves all its files. */
  join(): Promise<void>;
  /** To be called when messages were missed. */
  catchUp(): Promise<void>;
}

export interface SharedReloadsOptions extends LocalServer {
  readonly channel: Channel;
  /** The version on which replicas have agreed. */
  readonly field: ServerField;
  readonly withLock: WithReloadLock;
  /** The name of this machine. */
  readonly host: string;
  readonly onWarning: (message: string) => void;
}

/** What a replica answers about its version. */
interface VersionAnswer extends ReplicaVersion {
  /** What it cannot do, as the rest of a sentence about it. */
  readonly problem: string | undefined;
}

/** Files may change while replicas read them: so often the newest ones are read again. */
const MAX_ROUNDS = 3;
const MAX_PROBLEM_LENGTH = 2000;
/** Other replicas that a message describes. */
const MAX_SHOWN = 5;

export function shareReloads(options: SharedReloadsOptions): SharedReloads {
  const { state, versionOf, ready, load, channel, field, withLock, host, onWarning } = options;
  const inTurn = createTurns(ready);
  let isComplete = false;
  /** A reload failed because the store was away. */
  let isMissed = false;
  /** What this replica has read for the reload of another one. */
  let prepared: { readonly token: string; readonly config: Promise<ServedConfig> } | undefined;
  const ownVersion = (): string => versionOf(state.config);

  const ask = async (question: string, value: unknown): Promise<VersionAnswer[]> =>
    (await channel.ask(question, value)).map(({ replica, answer, error }) => {
      const known = (isObject(answer) ? answer : {}) as Partial<VersionAnswer>;
      const problem = error === undefined ? known.problem : `failed: ${error}`;
      return { id: replica, host: known.host ?? 'an unknown machine', version: known.version, problem };
    });
  /** This replica and others, and what they have. */
  const list = (version: string, others: readonly VersionAnswer[]): string => {
    const own = { id: channel.replica, host, version, problem: undefined };
    const shown = [own, ...others.slice(0, MAX_SHOWN)].map(describe);
    const more = others.length - MAX_SHOWN;
    return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  };

  channel.answer('served-version', () => ({ host, version: isComplete ? ownVersion() : undefined }));
  channel.answer('prepare-reload', async value => {
    const config = ready.then(load);
    prepared = { token: String(value), config };
    try {
      return { host, version: versionOf(await config) };
    } catch (error) {
      const message = (error as Error).message.slice(0, MAX_PROBLEM_LENGTH);
      return { host, problem: `cannot read its files: ${message}` };
    }
  });
  channel.answer('serve-version', async value => {
    const { token, version } = value as { readonly token: string; readonly version: string };
    const config = prepared?.token === token ? await prepared.config : undefined;
    prepared = undefined;
    if (config !== undefined && versionOf(config) === version) state.replaceConfig(config);
    // It started after the others had read their files.
    else if (!(await serveIfEqual(version)))
      return { host, problem: `serves version ${ownVersion()}, because its files have changed meanwhile` };
    return { host, version };
  });
  channel.onBroadcast('drop-reload', token => {
    if (prepared?.token === token) prepared = undefined;
  });

  /** Reads the files, and serves them if they have the version. @returns whether it is served */
  const serveIfEqual = async (version: string): Promise<boolean> => {
    if (ownVersion() === version) return true;
    const before = state.config;
    const next = await load();
    // A reload that began later may have ended before.
    if (state.config === before && versionOf(next) === version) state.replaceConfig(next);
    return ownVersion() === version;
  };

  /** @returns what this replica has read, if all others have read the same @throws ReloadRefused */
  const prepareAll = async (token: string): Promise<ServedConfig> => {
    let config = await load();
    for (let round = 1; ; round++) {
      const version = versionOf(config);
      // Each replica on this machine sees a change, and one of them was first.
      if ((await ask('served-version', null)).every(answer => answer.version === version)) return config;
      const different = (await ask('prepare-reload', token)).filter(
        // A replica that is starting compares its version later.
        answer => answer.version !== version && (answer.version ?? answer.problem) !== undefined,
      );
      if (different.length === 0) return config;
      const again = round < MAX_ROUNDS ? await load() : config;
      if (versionOf(again) === version)
        throw new ReloadRefused(
          `replicas have read different files, so all serve what they served before: ${list(version, different)}. Bring the same files to all machines, and reload again`,
        );
      config = again;
    }
  };

  const serveEverywhere = async ({ token, agreeOn }: HeldLock): Promise<void> => {
    try {
      const config = await prepareAll(token);
      const version = versionOf(config);
      await agreeOn(version);
      for (const answer of await ask('serve-version', { token, version }))
        if (answer.problem !== undefined)
          onWarning(`not all replicas serve the version ${version} after a reload: ${describe(answer)}`);
      state.replaceConfig(config);
    } catch (error) {
      channel.broadcast('drop-reload', token);
      throw error;
    }
  };

  const reload = async (): Promise<void> => {
    isMissed = false;
    try {
      await withLock(serveEverywhere);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      isMissed = true;
      throw new StoreUnavailable(
        `${error.message}, so replicas cannot agree on the documents; they are read again when the store is back`,
      );
    }
  };

  /** Serves what replicas agreed on without this one, if it has these files; else says that they differ. */
  const compare = async (isStart: boolean): Promise<void> => {
    const agreed = await field.read();
    const others = await ask('served-version', null);
    const different = (): VersionAnswer[] =>
      others.filter(({ version = ownVersion() }) => version !== ownVersion());
    // The files of a replica that starts have just been read, and those who agreed may be gone.
    if (agreed !== '' && !(isStart && different().length === 0)) await serveIfEqual(agreed);
    // A rolling replacement with other files has ended.
    if (different().length === 0) await field.replace(agreed, ownVersion());
    else
      onWarning(
        `replicas serve different files or have different options: ${list(ownVersion(), different())}`,
      );
  };

  return {
    reload: () => inTurn(reload),
    others: () => ask('served-version', null),
    join: () => {
      isComplete = true;
      return compare(true);
    },
    catchUp: () => inTurn(() => (isMissed ? reload() : compare(false))),
  };
}

function describe({ id, host, version, problem }: VersionAnswer): string {
  return `replica ${id} on ${host} ${problem ?? `has version ${version}`}`;
}
