// The version of what a server serves: equal on replicas whose files and options are equal, wherever the files are.

import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ServedConfig } from './served-config.ts';

/** The version of a configuration, which is computed once. */
export type VersionOf = (config: ServedConfig) => string;

/** Enough that two versions never have the same one by chance, and short enough to be compared by eye. */
const LENGTH = 16;

/** @param options other than the files, all that decides on responses */
export function createVersionOf(options: unknown): VersionOf {
  const versions = new WeakMap<ServedConfig, string>();
  const optionsText = JSON.stringify(options);
  return config => {
    let version = versions.get(config);
    if (version === undefined) {
      version = hashOf(config, optionsText);
      versions.set(config, version);
    }
    return version;
  };
}

/**
 * Hashes names of APIs, ids of scenarios and the contents of files. The paths of files differ between machines; their order is
 * that of the references that lead to them.
 */
function hashOf({ contract, scenarios }: ServedConfig, optionsText: string): string {
  const hash = createHash('sha256');
  const add = (part: string | Uint8Array): void => {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    // With their lengths, parts cannot run into each other.
    hash.update(`${bytes.length}:`).update(bytes);
  };
  const addAll = (name: string, parts: readonly (string | Uint8Array)[]): void => {
    add(name);
    add(String(parts.length));
    for (const part of parts) add(part);
  };
  add(optionsText);
  for (const { name, documents } of contract.apis) addAll(`api ${name}`, documents.contents());
  for (const { id, source, bodyFiles = new Map() } of scenarios.values()) {
    // Those without a file follow from the documents and the options.
    if (source === undefined) continue;
    add(`scenario ${id}`);
    add(source.text());
    for (const [file, body] of bodyFiles) addAll(`body ${file}`, body instanceof Uint8Array ? [body] : []);
  }
  return hash.digest('hex').slice(0, LENGTH);
}
