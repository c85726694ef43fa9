// Holds scenarios against the contract: what they name must exist, and what they say must keep it, or give a reason why not.
import { Buffer } from 'node:buffer';
import { type Contract, type Operation, responseFor } from '../contract/contract.ts';
import { judgeResponse } from '../contract/judge.ts';
import { nearestWord } from '../contract/nearest.ts';
import { severityOf } from '../contract/policy.ts';
import { sampleRequest, sampleValue } from '../contract/sample.ts';
import { satisfies } from '../contract/schemas.ts';
import type { Response } from '../exchange/exchange.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import { type Finding, showClause } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { Call } from './call.ts';
import { cannedResponse, statusOf } from './canned.ts';
import type { ResponseStep, Rule, Scenario, Step } from './scenario.ts';
import { brokenTemplates, TemplateError } from './template.ts';

type Steps = readonly (string | number)[];
type Report = (code: FindingCode, at: Steps, message: string) => void;

export function lintScenarios(contract: Contract, scenarios: readonly Scenario[]): Finding[] {
  return [...linting(contract, scenarios)].flat();
}

/** The same, scenario by scenario, for who has other things to do as well. */
export function* linting(contract: Contract, scenarios: readonly Scenario[]): Generator<readonly Finding[]> {
  for (const scenario of scenarios) yield lintScenario(contract, scenario);
}

/** Of a contract that parts were left out of, the scenarios that can still be played. */
export function playableScenarios(contract: Contract, scenarios: readonly Scenario[]): Scenario[] {
  return scenarios.filter(scenario => lintScenario(contract, scenario).length === 0);
}

function lintScenario(contract: Contract, scenario: Scenario): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (code, at, message) => {
    const clause = scenario.source?.locate(pointer(...at));
    findings.push({ code, message, at: '', ...(clause && { clause }) });
  };
  const api = contract.apis.find(({ name }) => name === scenario.api);
  if (api === undefined) {
    report(
      'scenario-unknown',
      [],
      `no document is called "${scenario.api}"; a scenario stands in the folder of its API`,
    );
    return findings;
  }
  for (const [index, rule] of scenario.rules.entries()) {
    const at = ['rules', index];
    for (const broken of brokenTemplates(rule.reply, [...at, 'reply']))
      report('scenario-template', broken.at, broken.why);
    for (const broken of brokenTemplates(rule.remember, [...at, 'remember']))
      report('scenario-template', broken.at, broken.why);
    checkPatterns(rule, at, report);
    const on = api.operations.filter(
      ({ id, method, path }) => rule.on === '*' || rule.on === id || rule.on === `${method} ${path}`,
    );
    if (on.length === 0) {
      const near = nearestWord(
        rule.on,
        api.operations.map(({ id }) => id),
      );
      report(
        'scenario-unknown',
        [...at, 'on'],
        `${api.name} has no operation "${rule.on}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
      );
    }
    if (rule.then !== undefined && !Array.isArray(rule.reply)) {
      report(
        'scenario-unreadable',
        [...at, 'then'],
        '"then" says what comes after a list, and the reply is none',
      );
    }
    for (const operation of on) {
      const names = operation.parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name);
      for (const name of Object.keys(rule.when?.path ?? {})) {
        if (names.includes(name)) continue;
        const near = nearestWord(name, names);
        const hint = near === undefined ? '' : `; did you mean "${near}"?`;
        report(
          'scenario-unknown',
          [...at, 'when', 'path', name],
          `the path of ${operation.id} has no "${name}"${hint}`,
        );
      }
    }
    if (findings.length > 0) continue;
    for (const operation of on) {
      for (const [step, place] of stepsOf(rule, [...at, 'reply'])) checkStep(operation, step, place, report);
    }
  }
  return findings;
}

function stepsOf(rule: Rule, at: Steps): [ResponseStep, Steps][] {
  if (rule.reply === undefined) return [];
  const steps: [Step, Steps][] = Array.isArray(rule.reply)
    ? rule.reply.map((step, index) => [step, [...at, index]])
    : [[rule.reply, at]];
  // What a real service will answer, nobody knows beforehand.
  return steps.flatMap(([step, place]): [ResponseStep, Steps][] =>
    step === 'upstream' ? [] : [[typeof step === 'number' ? { status: step } : step, place]],
  );
}

/** Regular expressions and schemas that could only fail when a request comes. */
function checkPatterns(rule: Rule, at: Steps, report: Report): void {
  for (const [place, conditions] of Object.entries(rule.when ?? {})) {
    if (typeof conditions !== 'object') continue;
    for (const [name, condition] of Object.entries(conditions)) {
      if (typeof condition !== 'object' || condition === null) continue;
      const here = [...at, 'when', place, name];
      attempt([...here, 'matches'], report, () => new RegExp(condition.matches ?? '', 'u'));
      // Only where there is one: each takes a compiler of its own.
      const { schema } = condition;
      if (schema !== undefined) attempt([...here, 'schema'], report, () => satisfies(schema, null));
    }
  }
}

function attempt(at: Steps, report: Report, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    report('scenario-unreadable', at, (error as Error).message);
  }
}

function checkStep(operation: Operation, step: ResponseStep, at: Steps, report: Report): void {
  const status = statusOf(operation, step);
  const declared = responseFor(operation, status);
  const excused = step['off-contract'] !== undefined;
  if (declared === undefined && step.body === undefined) {
    const known = operation.responses.map(response => response.status).join(', ');
    report(
      'scenario-unknown',
      at,
      `${operation.id} declares no response ${status} (${known}), so there is nothing to answer with; give a body`,
    );
    return;
  }
  const examples = declared?.contents.flatMap(content => content.examples) ?? [];
  if (step.example !== undefined && !examples.some(({ name }) => name === step.example)) {
    const near = nearestWord(
      step.example,
      examples.map(({ name }) => name),
    );
    const hint =
      near === undefined
        ? `it has ${examples.map(({ name }) => name).join(', ') || 'none'}`
        : `did you mean "${near}"?`;
    report(
      'scenario-unknown',
      [...at, 'example'],
      `response ${status} of ${operation.id} has no example "${step.example}"; ${hint}`,
    );
    return;
  }
  try {
    for (const finding of breachesOf(operation, step)) {
      if (excused) continue;
      const clause = finding.clause === undefined ? '' : ` (${showClause(finding.clause)})`;
      const inBody = finding.at
        .replace(/^\/response\/body/, '')
        .split('/')
        .filter(name => name !== '');
      const place = step.body === undefined ? at : [...at, 'body', ...inBody];
      report(
        'scenario-off-contract',
        place,
        `${finding.message}${clause}; mend it, or give the reason as "off-contract"`,
      );
    }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    report('scenario-template', at, error.message);
  }
}

/**
 * What an answer breaks of the contract, so that it needs a reason: what the judge says of it as the answer to a sample request.
 * @throws TemplateError when a template in it cannot be filled in
 */
export function breachesOf(operation: Operation, step: ResponseStep): Finding[] {
  if (step.body === undefined && step.patch === undefined && step.headers === undefined) return [];
  const status = statusOf(operation, step);
  const request = sampleRequest(operation, '');
  const pathValues = Object.fromEntries(
    operation.parameters
      .filter(each => each.in === 'path')
      .map(parameter => [parameter.name, encodeURIComponent(sampleValue(parameter))]),
  );
  const call = new Call({ kind: 'operation', operation, pathValues }, request, true);
  const surroundings = { memory: {}, now: '2026-01-01T00:00:00.000Z', chance: () => 0.5 };
  const content = responseFor(operation, status)?.contents[0];
  const example = content?.examples.find(({ name }) => step.example === undefined || name === step.example);
  const base: Response | undefined =
    content === undefined || example === undefined
      ? undefined
      : {
          status,
          headers: { 'content-type': [content.mediaType] },
          body: Buffer.from(JSON.stringify(example.value)),
        };
  // Headers of the declared response come from Prism, live; here only what the scenario itself says can be judged.
  const own = new Set(Object.keys(step.headers ?? {}).map(name => `/response/headers/${name.toLowerCase()}`));
  return judgeResponse(operation, cannedResponse(step, call, surroundings, base)).filter(
    ({ code, at }) =>
      (severityOf(code) === 'error' || code === 'status-undocumented') &&
      (!at.startsWith('/response/headers/') || own.has(at) || step.body !== undefined),
  );
}
