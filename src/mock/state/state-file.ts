// The file that seeds the state of each session: read once, at the start of a server.

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isParseFailure, type ParsedFile, parseFile } from '../../document/parse.ts';
import { describeFileError } from '../../finding/file-error.ts';
import { type Finding, formatLocation } from '../../finding/finding.ts';
import { ContractError } from '../../openapi/load.ts';
import type { Contract } from '../../openapi/model.ts';
import { displayedName } from '../../scenario/load.ts';
import { itemFindings } from './item-findings.ts';
import { type ResourceContents, readSnapshot } from './snapshot.ts';
import type { SeedState } from './tables.ts';

export interface StateFile {
  /** Undefined: the file does not name the resource. */
  readonly seed: (...parameters: Parameters<SeedState>) => ReturnType<SeedState> | undefined;
  /** What the schemas reject in the items. */
  readonly findings: readonly Finding[];
  /** Equal for equal texts; undefined: there is no file. */
  readonly version: string | undefined;
}

export const NO_STATE_FILE: StateFile = { seed: () => undefined, findings: [], version: undefined };

/**
 * Reads a snapshot, in JSON or YAML.
 * @param relativeTo findings name the file relative to this folder
 * @throws ContractError if the file cannot be read, or names what no document declares
 */
export async function readStateFile(
  file: string,
  contract: Contract,
  relativeTo: string,
): Promise<StateFile> {
  const displayed = displayedName(file, relativeTo);
  const fail = (findings: readonly Omit<Finding, 'code' | 'at'>[]): never => {
    throw new ContractError(findings.map(each => ({ code: 'state-unreadable', at: '', ...each })));
  };
  const text = await readFile(path.resolve(relativeTo, file), 'utf8').catch((error: unknown) =>
    fail([{ message: `the state file ${displayed} cannot be read: ${describeFileError(error)}` }]),
  );
  const source = parseFile(displayed, text);
  if (isParseFailure(source)) return fail([source]);
  const { contents, problems } = readSnapshot(source.value, contract.apis);
  if (problems.length > 0)
    return fail(problems.map(({ pointer, message }) => ({ message, location: source.locate(pointer) })));
  // The documents may be reloaded: only names are kept.
  const seeds = new Map(contents.map(({ resource, items }) => [nameOf(resource), items]));
  return {
    seed: resource => seeds.get(nameOf(resource)),
    findings: findingsOfContents(contents, source),
    version: hash('sha256', text),
  };
}

function nameOf({ api, name }: ResourceContents['resource']): string {
  return JSON.stringify([api.name, name]);
}

function findingsOfContents(contents: readonly ResourceContents[], source: ParsedFile): Finding[] {
  return contents.flatMap(({ resource, items }) =>
    items.flatMap(({ id, value, pointer }) =>
      itemFindings(resource, value).map((finding): Finding => {
        const { message, at, location } = finding;
        const rule = location === undefined ? '' : ` (${formatLocation(location)})`;
        return {
          code: 'state-item',
          message: `item "${id}" of ${resource.name}: ${message}${rule}`,
          at: '',
          location: source.locate(pointer + at),
        };
      }),
    ),
  );
}
