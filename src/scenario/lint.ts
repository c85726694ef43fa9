// Validates scenarios against the documents: names must exist, replies must be valid or give an "off-contract" reason.
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { Finding } from '../finding/finding.ts';
import { didYouMean } from '../finding/nearest-word.ts';
import { isError } from '../finding/severity.ts';
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';
import { conditionTest, satisfies } from '../schema/schemas.ts';
import {
  type CompiledReply,
  type CompiledRule,
  type CompiledStep,
  compiledRules,
  isReplyList,
} from './compile.ts';
import { type AddFinding, checkReply, type RulePath } from './lint-reply.ts';
import { reportPlainText, reportPlainTexts, reportTemplates } from './lint-templates.ts';
import { compileBodyPath, compileMemoryKey } from './matchers.ts';
import type { Rule, Scenario } from './scenario.ts';
import type { Condition } from './when.ts';

/** @returns the findings of all scenarios, with locations in their files */
export function lintScenarios(contract: Contract, scenarios: readonly Scenario[]): Finding[] {
  return [...lintEach(contract, scenarios)].flat();
}

/** As lintScenarios, one scenario per iteration, so that a caller can run other work in between. */
export function* lintEach(contract: Contract, scenarios: readonly Scenario[]): Generator<readonly Finding[]> {
  for (const scenario of scenarios) yield lintScenario(contract, scenario);
}

/** The scenarios without violations. Used when invalid parts of the documents were removed from the contract. */
export function usableScenarios(contract: Contract, scenarios: readonly Scenario[]): Scenario[] {
  return scenarios.filter(scenario => !lintScenario(contract, scenario).some(isError));
}

function lintScenario(contract: Contract, scenario: Scenario): Finding[] {
  const findings: Finding[] = [];
  // A rule for several operations is checked with each of them.
  const reported = new Set<string>();
  const report: AddFinding = (code, at, message) => {
    const key = JSON.stringify([code, at, message]);
    if (reported.has(key)) return;
    reported.add(key);
    const location = scenario.source?.locate(jsonPointer(...at));
    findings.push({ code, message, at: '', ...(location && { location }) });
  };
  const api = contract.apis.find(({ name }) => name === scenario.api);
  if (api === undefined) {
    report(
      'scenario-unknown',
      [],
      `no document is named "${scenario.api}"; a scenario file belongs in the folder of its API`,
    );
    return findings;
  }
  for (const key of ['title', 'description'] as const) reportPlainText([key], scenario[key], report);
  const byName = operationsByName(api);
  for (const [index, compiled] of compiledRules(scenario).entries()) {
    const { rule } = compiled;
    const at = ['rules', index];
    for (const { path, message } of compiled.invalidTemplates)
      report('scenario-template', [...at, ...path], message);
    checkPatterns(rule, at, report);
    reportPlainTexts(rule, at, report);
    for (const [{ bodyFile }, path] of repliesWithPaths(compiled, [...at, 'reply']))
      if (bodyFile !== undefined && 'problem' in bodyFile && scenario.bodyFiles !== undefined)
        report('scenario-unreadable', [...path, 'body-file'], bodyFile.problem);
    const operations = rule.on === '*' ? api.operations : (byName.get(rule.on) ?? []);
    if (operations.length === 0) {
      const ids = api.operations.map(({ id }) => id);
      report(
        'scenario-unknown',
        [...at, 'on'],
        `${api.name} has no operation "${rule.on}"${didYouMean(rule.on, ids)}`,
      );
    }
    if (rule.then !== undefined && !Array.isArray(rule.reply)) {
      report(
        'scenario-unreadable',
        [...at, 'then'],
        '"then" applies only to a list of replies, such as reply: [503, 503], and "reply" is not a list',
      );
    }
    for (const operation of operations) {
      const names = operation.parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name);
      for (const name of Object.keys(rule.when?.path ?? {})) {
        if (names.includes(name)) continue;
        report(
          'scenario-unknown',
          [...at, 'when', 'path', name],
          `the path of ${operation.id} has no parameter "${name}"${didYouMean(name, names)}`,
        );
      }
    }
    checkCallbacks(rule, operations, at, report);
    const isUsable = findings.length === 0;
    reportTemplates(rule.when, [...at, 'when'], report);
    if (!isUsable) continue;
    for (const operation of operations) {
      for (const [reply, path] of repliesWithPaths(compiled, [...at, 'reply']))
        checkReply(operation, reply, path, report);
    }
  }
  return findings;
}

/** The operations by their operationId, and by method and path. */
function operationsByName({ operations }: ApiSpec): ReadonlyMap<string, readonly Operation[]> {
  const byName = new Map<string, Operation[]>();
  for (const operation of operations)
    for (const name of new Set([operation.id, `${operation.method} ${operation.path}`]))
      byName.set(name, [...(byName.get(name) ?? []), operation]);
  return byName;
}

/** Reports callbacks and examples of them that no operation of the rule declares. */
function checkCallbacks(
  { callbacks = {}, on }: Rule,
  operations: readonly Operation[],
  at: RulePath,
  report: AddFinding,
): void {
  const declared = operations.flatMap(operation => operation.callbacks);
  for (const [name, specified] of Object.entries(callbacks)) {
    const named = name === '*' ? declared : declared.filter(callback => callback.name === name);
    const path = [...at, 'callbacks', name];
    if (named.length === 0 && operations.length > 0) {
      const names = declared.map(callback => callback.name);
      const subject = name === '*' ? 'no callback' : `no callback "${name}"`;
      report('scenario-unknown', path, `${on} declares ${subject}${didYouMean(name, names)}`);
      continue;
    }
    const examples = named.flatMap(({ operation: { requestBody } }) =>
      (requestBody?.contents ?? []).flatMap(content => content.examples.map(example => example.name)),
    );
    for (const [index, { example }] of (specified === 'off' ? [] : [specified].flat()).entries()) {
      if (example === undefined || examples.includes(example)) continue;
      const hint = didYouMean(example, examples) || `; it has ${examples.join(', ') || 'none'}`;
      const place = Array.isArray(specified) ? [...path, index, 'example'] : [...path, 'example'];
      report('scenario-unknown', place, `the callback "${name}" has no example "${example}"${hint}`);
    }
  }
}

function repliesWithPaths({ reply }: CompiledRule, at: RulePath): [CompiledReply, RulePath][] {
  if (reply === undefined) return [];
  const steps: [CompiledStep, RulePath][] = isReplyList(reply)
    ? reply.map((step, index) => [step, [...at, index]])
    : [[reply, at]];
  // The response of the upstream service is not known here.
  return steps.flatMap(([step, path]): [CompiledReply, RulePath][] =>
    step === 'upstream' ? [] : [[step, path]],
  );
}

/** Reports invalid regular expressions, JSONPaths and schemas, which would otherwise fail at a request. */
function checkPatterns(rule: Rule, at: RulePath, report: AddFinding): void {
  const { text, ...named } = rule.when ?? {};
  if (text !== undefined) checkCondition(text, [...at, 'when', 'text'], report);
  for (const [key, conditions] of Object.entries(named)) {
    if (typeof conditions !== 'object') continue;
    for (const [name, condition] of Object.entries(conditions)) {
      const path = [...at, 'when', key, name];
      if (key === 'body') reportIfThrows(path, report, () => compileBodyPath(name));
      if (key === 'memory') reportIfThrows(path, report, () => compileMemoryKey(name));
      checkCondition(condition, path, report);
    }
  }
}

function checkCondition(condition: Condition, path: RulePath, report: AddFinding): void {
  if (typeof condition !== 'object' || condition === null) return;
  reportIfThrows([...path, 'matches'], report, () => conditionTest(condition.matches ?? ''));
  // Compile only schemas that exist: each needs its own compiler.
  const { schema } = condition;
  if (schema !== undefined) reportIfThrows([...path, 'schema'], report, () => satisfies(schema, null));
}

function reportIfThrows(at: RulePath, report: AddFinding, action: () => unknown): void {
  try {
    action();
  } catch (error) {
    report('scenario-unreadable', at, (error as Error).message);
  }
}
