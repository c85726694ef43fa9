// Validates scenarios against the documents: names must exist, replies must be valid or give an "off-contract" reason.
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import { nearestWord } from '../finding/nearest-word.ts';
import { isError } from '../finding/severity.ts';
import { type Contract, type Operation, responseFor } from '../openapi/model.ts';
import { conditionTest, satisfies } from '../schema/schemas.ts';
import { stepStatus, withStatus } from './canned-response.ts';
import {
  type CompiledReply,
  type CompiledRule,
  type CompiledStep,
  compiledRules,
  isReplyList,
} from './compile.ts';
import { compileBodyPath, compileMemoryKey } from './matchers.ts';
import { findViolations, sampleContext } from './reply-violations.ts';
import type { Rule, Scenario } from './scenario.ts';
import { isRuleFor } from './select-rule.ts';
import { TemplateError } from './template.ts';

type RulePath = readonly (string | number)[];
type AddFinding = (code: FindingCode, at: RulePath, message: string) => void;

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
    const operations = api.operations.filter(operation => isRuleFor(rule, operation));
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

function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearestWord(word, candidates);
  return near === undefined ? '' : `; did you mean "${near}"?`;
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
  for (const [key, conditions] of Object.entries(rule.when ?? {})) {
    if (typeof conditions !== 'object') continue;
    for (const [name, condition] of Object.entries(conditions)) {
      const path = [...at, 'when', key, name];
      if (key === 'body') reportIfThrows(path, report, () => compileBodyPath(name));
      if (key === 'memory') reportIfThrows(path, report, () => compileMemoryKey(name));
      if (typeof condition !== 'object' || condition === null) continue;
      reportIfThrows([...path, 'matches'], report, () => conditionTest(condition.matches ?? ''));
      // Compile only schemas that exist: each needs its own compiler.
      const { schema } = condition;
      if (schema !== undefined) reportIfThrows([...path, 'schema'], report, () => satisfies(schema, null));
    }
  }
}

function hasTemplate(text: string): boolean {
  return [
    ['{{', '}}'],
    ['{%', '%}'],
  ].some(([open = '', close = '']) => {
    const at = text.indexOf(open);
    return at >= 0 && text.includes(close, at + 2);
  });
}

/** Conditions are compiled when the scenario is loaded, so a template in them would be compared as it is written. */
function reportTemplates(value: unknown, at: RulePath, report: AddFinding): void {
  if ([value, at.at(-1)].some(text => typeof text === 'string' && hasTemplate(text)))
    report(
      'scenario-condition',
      at,
      '"when" has no templates; to compare with these characters, say so by "matches"',
    );
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    if (key !== 'schema') reportTemplates(inner, [...at, key], report);
}

function reportIfThrows(at: RulePath, report: AddFinding, action: () => unknown): void {
  try {
    action();
  } catch (error) {
    report('scenario-unreadable', at, (error as Error).message);
  }
}

/** Texts of a rule in which no template is rendered. */
function reportPlainTexts(rule: Rule, at: RulePath, report: AddFinding): void {
  const check = (path: RulePath, text: string | undefined): void => reportPlainText(path, text, report);
  check([...at, 'on'], rule.on);
  check([...at, 'becomes'], rule.becomes);
  for (const key of Object.keys(rule.remember ?? {})) check([...at, 'remember', key], key);
  const steps = [rule.reply ?? []].flat();
  for (const [index, step] of steps.entries()) {
    if (typeof step !== 'object') continue;
    const path = [...at, 'reply', ...(Array.isArray(rule.reply) ? [index] : [])];
    for (const key of ['example', 'off-contract', 'body-file'] as const) check([...path, key], step[key]);
    for (const name of Object.keys(step.headers ?? {})) check([...path, 'headers', name], name);
  }
}

function reportPlainText(at: RulePath, text: string | undefined, report: AddFinding): void {
  if (text === undefined || !hasTemplate(text)) return;
  const subject = at.at(-1) === text ? 'a name' : `"${at.at(-1)}"`;
  report('scenario-plain-text', at, `${subject} is plain text: a template in it is not rendered`);
}

/** The reply with the status that its template gives for a sample request; undefined: that is not known. */
function withSampleStatus(
  operation: Operation,
  reply: CompiledReply,
  at: RulePath,
  report: AddFinding,
): CompiledReply | undefined {
  try {
    return withStatus(reply, sampleContext(operation));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    // Only a real request has what the template reads.
    if (!/\b(?:request|memory)\b/.test(String(reply.step.status)))
      report('scenario-template', [...at, 'status'], error.message);
    return undefined;
  }
}

/** A reply to copy into a scenario. */
function offContractReply(status: number): string {
  const body = [204, 205, 304].includes(status) ? 'null' : `{ message: "Status ${status}" }`;
  return `{ status: ${status}, body: ${body}, off-contract: "the reason" }`;
}

function checkReply(operation: Operation, compiled: CompiledReply, at: RulePath, report: AddFinding): void {
  const reply = withSampleStatus(operation, compiled, at, report);
  if (reply === undefined) return;
  const { step } = reply;
  const status = stepStatus(operation, step);
  const declared = responseFor(operation, status);
  const hasReason = step['off-contract'] !== undefined;
  if (declared === undefined && step.body === undefined && reply.bodyFile === undefined) {
    const statuses = operation.responses.map(response => response.status).join(', ');
    const needs = hasReason
      ? ', so the reply needs a body'
      : `: give a body, and the reason as "off-contract": ${offContractReply(status)}`;
    report(
      'scenario-unknown',
      at,
      `${operation.id} declares no response ${status} (declared: ${statuses})${needs}`,
    );
    return;
  }
  const examples = declared?.contents.flatMap(content => content.examples) ?? [];
  if (step.example !== undefined && !examples.some(({ name }) => name === step.example)) {
    const names = examples.map(({ name }) => name);
    const hint = didYouMean(step.example, names) || `; it has ${names.join(', ') || 'none'}`;
    report(
      'scenario-unknown',
      [...at, 'example'],
      `response ${status} of ${operation.id} has no example "${step.example}"${hint}`,
    );
    return;
  }
  try {
    for (const finding of findViolations(operation, reply, false)) {
      if (hasReason) continue;
      const location = finding.location === undefined ? '' : ` (${formatLocation(finding.location)})`;
      const inBody = finding.at
        .replace(/^\/response\/body/, '')
        .split('/')
        .filter(name => name !== '');
      const path = step.body === undefined ? at : [...at, 'body', ...inBody];
      report(
        'scenario-off-contract',
        path,
        `${finding.message}${location}; fix it, or give the reason as "off-contract"`,
      );
    }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    report('scenario-template', at, error.message);
  }
}
