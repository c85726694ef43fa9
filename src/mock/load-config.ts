// Loads what a server serves: documents and scenarios.
import type { Finding } from '../finding/finding.ts';
import { isError } from '../finding/severity.ts';
import { ContractError, type LoadedContract, type LoadOptions, loadContract } from '../openapi/load.ts';
import type { Contract } from '../openapi/model.ts';
import { lintEach, usableScenarios } from '../scenario/lint.ts';
import { loadScenarios } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { compileSchemasStepwise, lint } from '../validate/lint.ts';
import { createServedConfig, type ServedConfig } from './served-config.ts';

export interface ConfigSources extends LoadOptions {
  readonly specs: readonly string[];
  readonly scenarios?: readonly string[];
  readonly strict?: boolean;
  /** True: the state of every API is on. */
  readonly stateful?: boolean;
  /** True: a path is as the document writes it. */
  readonly asWritten?: boolean;
}

/** Does all steps of the work, with pauses in which requests are served. */
export type RunWork = (work: Iterable<readonly Finding[]>) => Promise<Finding[]>;

/**
 * Loads documents and scenarios again.
 * @throws ContractError if a document that is served cannot be loaded, if a scenario is invalid, and as readDocuments does
 */
export async function reloadServedConfig(
  served: ServedConfig,
  sources: ConfigSources,
  run: RunWork,
): Promise<ServedConfig> {
  const loaded = await readDocuments(sources);
  const names = new Set(loaded.contract.apis.map(({ name }) => name));
  // Someone may be editing the document: its last version that could be loaded is served on.
  if (loaded.findings.length > 0 && served.contract.apis.some(({ name }) => !names.has(name)))
    throw new ContractError(loaded.findings);
  return await completeServedConfig(loaded, sources, run);
}

/** @throws ContractError if no document can be loaded */
export function readDocuments({ specs, ...options }: ConfigSources): Promise<LoadedContract> {
  return loadContract(specs, options);
}

/** Compiled schemas of an API with more schemas than this are not kept: most of them are never used. */
const MAX_KEPT_SCHEMAS = 1000;

/** Compiles all schemas, and loads and lints all scenarios, in small slices: the port is open meanwhile. */
export async function completeServedConfig(
  { contract, findings: loadFindings }: LoadedContract,
  sources: ConfigSources,
  run: RunWork,
): Promise<ServedConfig> {
  const { scenarios: folders = [], relativeTo, strict, onRead } = sources;
  const schemaFindings = await run(compileSchemasStepwise(contract, MAX_KEPT_SCHEMAS));
  const documentFindings = [...loadFindings, ...schemaFindings];
  if (strict) {
    const patterns = lint(contract).filter(({ code }) => code === 'spec-pattern');
    const all = [...documentFindings, ...patterns];
    if (all.length > 0) throw new ContractError(all);
  }
  const { scenarios: all, findings } = await loadScenarios(folders, relativeTo, undefined, onRead);
  // The document of a scenario may be one that cannot be loaded.
  const scenarios =
    loadFindings.length === 0 ? all : all.filter(({ api }) => contract.apis.some(({ name }) => name === api));
  const usable = selectUsable(contract, scenarios, sources);
  const lintFindings = await run(lintEach(contract, usable));
  const scenarioFindings = [...findings, ...lintFindings].filter(isError);
  if (scenarioFindings.length > 0) throw new ContractError(scenarioFindings);
  const unusable = scenarios.length - usable.length;
  return createServedConfig(contract, usable, unusable, documentFindings, sources);
}

/** `provenance` removes parts of the documents on purpose, and with them the scenarios that need these parts. */
export function selectUsable(
  contract: Contract,
  scenarios: readonly Scenario[],
  { provenance }: ConfigSources,
): readonly Scenario[] {
  return provenance === undefined ? scenarios : usableScenarios(contract, scenarios);
}
