// Control routes for scenarios: list, describe, lint, read and save.
import { z } from 'zod';
import { describeFileError } from '../../finding/file-error.ts';
import { type Finding, formatLocation } from '../../finding/finding.ts';
import { didYouMean } from '../../finding/nearest-word.ts';
import { severityOf } from '../../finding/severity.ts';
import { toFindingJson } from '../../mock/respond/refuse.ts';
import type { ServedConfig } from '../../mock/served-config.ts';
import { describeRule, describeScenario } from '../../scenario/describe.ts';
import { lintScenarioText } from '../../scenario/lint-text.ts';
import { type Rule, type Scenario, scenarioJsonSchema } from '../../scenario/scenario.ts';
import { ControlError, type ControlRequest, parseBody, type Route } from './route.ts';

const LINT = z.strictObject({ api: z.string(), text: z.string() });
const EDIT = z.strictObject({ text: z.string(), revision: z.string().optional() });

export const SCENARIO_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/scenarios',
    handle: ({ state, query, scenarioFiles: { readOnly, folder } }) => {
      const apiName = query.get('api');
      const selected = [...state.config.scenarios.values()].filter(
        ({ api }) => apiName === null || api === apiName,
      );
      return {
        body: {
          scenarios: selected.map(scenario => toScenarioJson(scenario, state.config)),
          readOnly,
          ...(folder !== undefined && { folder }),
        },
      };
    },
  },
  { method: 'get', path: '/scenarios/schema.json', handle: () => ({ body: scenarioJsonSchema() }) },
  {
    method: 'post',
    path: '/scenarios/lint',
    handle: ({ state: { config }, scenarioFiles, body }) => {
      const { api, text } = parseBody(LINT, body);
      const isServed = config.contract.apis.some(({ name }) => name === api);
      const directory = isServed ? scenarioFiles.directoryOf(api) : undefined;
      const { scenario, findings } = lintScenarioText(
        config.contract,
        `${api}.yaml`,
        [api, ''],
        text,
        directory,
      );
      return {
        body: {
          findings: findings.map(toLintJson),
          ...(scenario !== undefined && whatItDoes(scenario, config)),
        },
      };
    },
  },
  {
    method: 'get',
    path: '/scenarios/:id',
    handle: async request => ({ body: await toScenarioDetail(request, requireScenario(request)) }),
  },
  {
    method: 'put',
    path: '/scenarios/:id',
    handle: async request => {
      const { state, scenarioFiles, params, body } = request;
      const { text, revision } = parseBody(EDIT, body);
      const isNew = !state.config.scenarios.has(params.id ?? '');
      const result = await scenarioFiles.save(state.config, params.id ?? '', { text, revision });
      const findings = result.findings.map(toLintJson);
      if ('problem' in result)
        throw new ControlError({ ...result.problem, ...(findings.length > 0 && { more: { findings } }) });
      return { status: isNew ? 201 : 200, body: { id: params.id, ...result, findings } };
    },
  },
];

/** @throws ControlError if there is no such scenario */
function requireScenario({ state: { config }, params: { id = '' } }: ControlRequest): Scenario {
  const scenario = config.scenarios.get(id);
  if (scenario !== undefined) return scenario;
  throw new ControlError({
    code: 'no-such-control',
    detail: `there is no scenario "${id}"${didYouMean(id, [...config.scenarios.keys()])}`,
    hint: 'GET /__deadringer/scenarios lists them; write "/" in an id as %2F',
  });
}

function apiOf(
  { api }: Scenario,
  { contract }: ServedConfig,
): ServedConfig['contract']['apis'][number] | undefined {
  return contract.apis.find(({ name }) => name === api);
}

function toScenarioJson(scenario: Scenario, config: ServedConfig): Record<string, unknown> {
  const { id, api, title, description, onByDefault, source } = scenario;
  return {
    id,
    api,
    title,
    ...(description !== undefined && { description }),
    onByDefault,
    from: source?.file ?? 'built in',
    ...whatItDoes(scenario, config),
  };
}

function whatItDoes(scenario: Scenario, config: ServedConfig): Record<string, unknown> {
  const { rules, source } = scenario;
  const spec = apiOf(scenario, config);
  return {
    sentence: describeScenario(scenario, spec),
    rules: rules.map((rule, index) => {
      const location = source?.locate(`/rules/${index}`);
      const offContract = offContractReasons(rule);
      return {
        on: rule.on,
        text: describeRule(rule, spec),
        ...(offContract.length > 0 && { offContract }),
        ...(location !== undefined && { location: formatLocation(location), line: location.line }),
      };
    }),
  };
}

function offContractReasons({ reply = [] }: Rule): string[] {
  return [reply].flat().flatMap(step => (typeof step === 'object' && step['off-contract']) || []);
}

async function toScenarioDetail(
  { state: { config }, scenarioFiles }: ControlRequest,
  scenario: Scenario,
): Promise<Record<string, unknown>> {
  const { id, api, source } = scenario;
  const file = source?.file;
  try {
    const { text, revision, readOnlyReason } = await scenarioFiles.readText(scenario);
    const { findings } = lintScenarioText(
      config.contract,
      file ?? id,
      [api, ''],
      text,
      scenarioFiles.directoryOf(api, scenario),
    );
    return {
      ...toScenarioJson(scenario, config),
      text,
      revision,
      readOnly: readOnlyReason !== undefined,
      ...(readOnlyReason !== undefined && { readOnlyReason }),
      findings: findings.map(toLintJson),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new ControlError({
      code: 'no-such-control',
      detail: `${file} cannot be read: ${describeFileError(error)}`,
    });
  }
}

/** A finding with its position, for editors. */
function toLintJson(finding: Finding): Record<string, unknown> {
  const { code, location } = finding;
  return {
    ...toFindingJson(finding),
    level: severityOf(code),
    ...(location !== undefined && { line: location.line, column: location.column }),
  };
}
