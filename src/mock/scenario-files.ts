// Reads and saves the scenario files of a running mock, only inside the folders that it was started with.
import { hash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../document/write-file.ts';
import { toYaml } from '../document/write-yaml.ts';
import { describeFileError } from '../finding/file-error.ts';
import type { Finding } from '../finding/finding.ts';
import { pluralize } from '../finding/plural.ts';
import { isError } from '../finding/severity.ts';
import { ContractError } from '../openapi/load.ts';
import { type LintedText, lintScenarioText } from '../scenario/lint-text.ts';
import { displayedName } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Problem } from './problem.ts';
import { ReloadRefused } from './replicas.ts';
import type { ServedConfig } from './served-config.ts';
import { StoreUnavailable } from './session/session-store.ts';

export interface ScenarioFilesOptions {
  /** A new file goes into the first of them. */
  readonly folders: readonly string[];
  /** The names of files that users see are relative to this folder. */
  readonly relativeTo: string;
  readonly readOnly: boolean;
  /** As in Replicas. */
  readonly reload: () => Promise<void>;
}

/** The text of a scenario as it is on disk, which may be newer than what is served. */
interface ScenarioText {
  readonly text: string;
  /** Equal texts have equal revisions. */
  readonly revision: string;
  /** Why the scenario cannot be saved; undefined: it can. */
  readonly readOnlyReason: string | undefined;
}

interface ScenarioEdit {
  readonly text: string;
  /** The revision that was edited; undefined: the file is new. */
  readonly revision: string | undefined;
}

interface SavedText {
  readonly file: string;
  readonly revision: string;
  /** Every session uses the scenario by default. */
  readonly onByDefault: boolean;
  /** False: the findings, in this or other files, or the reason keep the server from reloading. */
  readonly served: boolean;
  /** Why replicas do not serve the text, although it can be served here. */
  readonly reason?: string;
  /** If the text is served, what `lint` warns of. */
  readonly findings: readonly Finding[];
}

interface RefusedText {
  readonly problem: Problem;
  readonly findings: readonly Finding[];
}

export interface ScenarioFiles {
  readonly readOnly: boolean;
  /** The folder of new files; undefined: none can be written. */
  readonly folder: string | undefined;
  /** The directory of a scenario, or of a new one of the API; undefined: there is none. */
  directoryOf(api: string, scenario?: Scenario): string | undefined;
  /** @throws the error of node:fs if the file cannot be read */
  readText(scenario: Scenario): Promise<ScenarioText>;
  /** One after the other: of two edits of one revision, the second finds that the file has changed. */
  save(config: ServedConfig, id: string, edit: ScenarioEdit): Promise<SavedText | RefusedText>;
}

/** As --prefix of "scenarios from": no name of a file that is hidden or leads elsewhere. */
const SCENARIO_NAME = /^[A-Za-z0-9][\w.-]{0,60}$/;

export function createScenarioFiles(options: ScenarioFilesOptions): ScenarioFiles {
  const { folders, readOnly } = options;
  let saving: Promise<unknown> = Promise.resolve();
  return {
    readOnly,
    folder: readOnly ? undefined : folders[0],
    directoryOf: (api, scenario) => {
      const { relativeTo } = options;
      if (scenario?.source !== undefined) return path.dirname(path.resolve(relativeTo, scenario.source.file));
      const [folder] = folders;
      return folder === undefined ? undefined : path.resolve(relativeTo, folder, api);
    },
    readText: scenario => readScenarioText(scenario, options),
    save(config, id, edit) {
      const result = saving.then(() => saveScenario(config, id, edit, options));
      // A save that fails does not keep the next one from running; the caller gets its error.
      saving = result.then(
        () => undefined,
        () => undefined,
      );
      return result;
    },
  };
}

async function readScenarioText(scenario: Scenario, options: ScenarioFilesOptions): Promise<ScenarioText> {
  const { title, rules, source } = scenario;
  if (source === undefined) {
    const text = toYaml({ title, rules });
    return { text, revision: revisionOf(text), readOnlyReason: `${scenario.id} is built in and has no file` };
  }
  const file = path.resolve(options.relativeTo, source.file);
  const text = await readFile(file, 'utf8');
  return { text, revision: revisionOf(text), readOnlyReason: await reasonNotToWrite(file, options) };
}

async function saveScenario(
  { contract, scenarios }: ServedConfig,
  id: string,
  { text, revision }: ScenarioEdit,
  options: ScenarioFilesOptions,
): Promise<SavedText | RefusedText> {
  const { folders, relativeTo, reload } = options;
  const scenario = scenarios.get(id);
  const [api = '', name = '', ...rest] = id.split('/');
  const [folder] = folders;
  if (scenario !== undefined && scenario.source === undefined)
    return refuse('scenario-read-only', `${id} is built in and has no file`, 'save a copy under another id');
  if (folder === undefined)
    return refuse(
      'scenario-read-only',
      'the server was started without a folder of scenarios',
      'start it with --scenarios <folder>',
    );
  if (scenario === undefined && (rest.length > 0 || !isServed(api) || !SCENARIO_NAME.test(name)))
    return refuse(
      'bad-control',
      `"${id}" is no id for a scenario`,
      `use <api>/<name>: an API of ${contract.apis.map(each => each.name).join(', ')}, and a name of letters, digits, "-", "_" and "."`,
    );
  const file = path.resolve(relativeTo, scenario?.source?.file ?? path.join(folder, api, `${name}.yaml`));
  const displayed = displayedName(file, relativeTo);
  let linted: LintedText;
  try {
    const reason = await reasonNotToWrite(file, options);
    if (reason !== undefined) return refuse('scenario-read-only', reason);
    const before = await readFile(file, 'utf8').catch(ignoreMissing);
    const current = before === undefined ? undefined : revisionOf(before);
    if (current !== revision) return refuse('scenario-changed', ...changeOf(displayed, current, revision));
    linted = lintScenarioText(contract, displayed, [api, name], text, path.dirname(file));
    const errors = linted.findings.filter(isError);
    if (errors.length > 0)
      return {
        ...refuse('scenario-invalid', `the scenario has ${pluralize(errors.length, 'error')}`),
        findings: errors,
      };
    await replaceFile(file, text);
  } catch (error) {
    return refuse('scenario-not-saved', `${displayed} cannot be written: ${describeFileError(error)}`);
  }
  const { scenario: { onByDefault } = { onByDefault: false }, findings } = linted;
  const saved = { file: displayed, revision: revisionOf(text), onByDefault };
  try {
    await reload();
    return { ...saved, served: true, findings };
  } catch (error) {
    if (error instanceof ContractError) return { ...saved, served: false, findings: error.findings };
    if (error instanceof ReloadRefused || error instanceof StoreUnavailable)
      return { ...saved, served: false, findings: [], reason: error.message };
    throw error;
  }

  function isServed(apiName: string): boolean {
    return contract.apis.some(each => each.name === apiName);
  }
}

function refuse(code: Problem['code'], detail: string, hint?: string): RefusedText {
  return { problem: { code, detail, ...(hint !== undefined && { hint }) }, findings: [] };
}

function changeOf(
  file: string,
  current: string | undefined,
  edited: string | undefined,
): [detail: string, hint: string] {
  if (current === undefined) return [`${file} was removed`, 'save it as a new scenario, without a revision'];
  if (edited === undefined) return [`${file} exists already`, 'choose another name, or edit that scenario'];
  return [`${file} has changed since it was read`, 'read it again with GET, and repeat your change'];
}

/** A link in a scenario folder may lead to any file of this machine. */
async function reasonNotToWrite(file: string, options: ScenarioFilesOptions): Promise<string | undefined> {
  const { folders, relativeTo, readOnly } = options;
  if (readOnly) return 'the server was started with --read-only, or serves the scenarios of the package';
  const real = await realPathOf(file);
  const roots = await Promise.all(folders.map(folder => realpath(folder)));
  if (roots.some(root => real.startsWith(root + path.sep))) return undefined;
  return `${displayedName(file, relativeTo)} is a link that leads out of the folder of scenarios`;
}

/** The real path of a file that may not exist yet. */
async function realPathOf(file: string): Promise<string> {
  return (
    (await realpath(file).catch(ignoreMissing)) ??
    path.join(await realPathOf(path.dirname(file)), path.basename(file))
  );
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function revisionOf(text: string): string {
  return hash('sha256', text).slice(0, 16);
}
