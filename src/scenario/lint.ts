// Validates scenarios against the documents: names must exist, and replies must be valid or give a reason.
import { Buffer } from 'node:buffer';
import type { Response } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import { severityOf } from '../finding/severity.ts';
import { type Contract, type Operation, responseFor } from '../openapi/model.ts';
import { sampleRequest, sampleValue } from '../openapi/sample-request.ts';
import { nearestWord } from '../routing/nearest-operations.ts';
import { satisfies } from '../schema/schemas.ts';
import { validateResponse } from '../validate/request.ts';
import { Call } from './call.ts';
import { createCannedResponse, stepStatus } from './canned-response.ts';
import {
  type CompiledReply,
  type CompiledRule,
  type CompiledStep,
  compiledRules,
  compileReply,
  isList,
} from './compile.ts';
import { compileBodyPath } from './matchers.ts';
import type { ResponseStep, Rule, Scenario } from './scenario.ts';
import { TemplateError } from './template.ts';
import { TemplateContext } from './template-context.ts';

type PointerSteps = readonly (string | number)[];
type AddFinding = (code: FindingCode, at: PointerSteps, message: string) => void;

export function lintScenarios(contract: Contract, scenarios: readonly Scenario[]): Finding[] {
  return [...lintEach(contract, scenarios)].flat();
}

/** The same, scenario by scenario, for who has other things to do as well. */
export function* lintEach(contract: Contract, scenarios: readonly Scenario[]): Generator<readonly Finding[]> {
  for (const scenario of scenarios) yield lintScenario(contract, scenario);
}

/** Of a contract that parts were left out of, the scenarios that can still be played. */
export function usableScenarios(contract: Contract, scenarios: readonly Scenario[]): Scenario[] {
  return scenarios.filter(scenario => lintScenario(contract, scenario).length === 0);
}

function lintScenario(contract: Contract, scenario: Scenario): Finding[] {
  const findings: Finding[] = [];
  const report: AddFinding = (code, at, message) => {
    const location = scenario.source?.locate(jsonPointer(...at));
    findings.push({ code, message, at: '', ...(location && { location }) });
  };
  const api = contract.apis.find(({ name }) => name === scenario.api);
  if (api === undefined) {
    report(
      'scenario-unknown',
      [],
      `no document is named "${scenario.api}"; a scenario file belongs into the folder of its API`,
    );
    return findings;
  }
  for (const [index, compiled] of compiledRules(scenario).entries()) {
    const { rule } = compiled;
    const at = ['rules', index];
    for (const broken of compiled.broken) report('scenario-template', [...at, ...broken.at], broken.why);
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
        '"then" applies only to a list of replies, and "reply" is not a list',
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
      for (const [reply, place] of repliesOf(compiled, [...at, 'reply']))
        checkReply(operation, reply, place, report);
    }
  }
  return findings;
}

function repliesOf({ reply }: CompiledRule, at: PointerSteps): [CompiledReply, PointerSteps][] {
  if (reply === undefined) return [];
  const steps: [CompiledStep, PointerSteps][] = isList(reply)
    ? reply.map((step, index) => [step, [...at, index]])
    : [[reply, at]];
  // What a real service will answer, nobody knows beforehand.
  return steps.flatMap(([step, place]): [CompiledReply, PointerSteps][] =>
    step === 'upstream' ? [] : [[step, place]],
  );
}

/** Regular expressions, JSONPath and schemas that could only fail when a request comes. */
function checkPatterns(rule: Rule, at: PointerSteps, report: AddFinding): void {
  for (const [place, conditions] of Object.entries(rule.when ?? {})) {
    if (typeof conditions !== 'object') continue;
    for (const [name, condition] of Object.entries(conditions)) {
      if (place === 'body') reportIfThrows([...at, 'when', place, name], report, () => compileBodyPath(name));
      if (typeof condition !== 'object' || condition === null) continue;
      const here = [...at, 'when', place, name];
      reportIfThrows([...here, 'matches'], report, () => new RegExp(condition.matches ?? '', 'u'));
      // Only where there is one: each takes a compiler of its own.
      const { schema } = condition;
      if (schema !== undefined) reportIfThrows([...here, 'schema'], report, () => satisfies(schema, null));
    }
  }
}

function reportIfThrows(at: PointerSteps, report: AddFinding, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    report('scenario-unreadable', at, (error as Error).message);
  }
}

function checkReply(operation: Operation, reply: CompiledReply, at: PointerSteps, report: AddFinding): void {
  const { step } = reply;
  const status = stepStatus(operation, step);
  const declared = responseFor(operation, status);
  const excused = step['off-contract'] !== undefined;
  if (declared === undefined && step.body === undefined) {
    const known = operation.responses.map(response => response.status).join(', ');
    report(
      'scenario-unknown',
      at,
      `${operation.id} declares no response ${status} (declared: ${known}), so the reply needs a body`,
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
    for (const finding of breachesIn(operation, reply)) {
      if (excused) continue;
      const location = finding.location === undefined ? '' : ` (${formatLocation(finding.location)})`;
      const inBody = finding.at
        .replace(/^\/response\/body/, '')
        .split('/')
        .filter(name => name !== '');
      const place = step.body === undefined ? at : [...at, 'body', ...inBody];
      report(
        'scenario-off-contract',
        place,
        `${finding.message}${location}; fix it, or give the reason as "off-contract"`,
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
export function violationsOf(operation: Operation, step: ResponseStep): Finding[] {
  return breachesIn(operation, compileReply(step));
}

function breachesIn(operation: Operation, reply: CompiledReply): Finding[] {
  const { step } = reply;
  if (step.body === undefined && step.patch === undefined && step.headers === undefined) return [];
  const status = stepStatus(operation, step);
  const request = sampleRequest(operation, '');
  const pathValues = Object.fromEntries(
    operation.parameters
      .filter(each => each.in === 'path')
      .map(parameter => [parameter.name, encodeURIComponent(sampleValue(parameter))]),
  );
  const call = new Call({ kind: 'operation', operation, pathValues }, request, true);
  const context = new TemplateContext(call, {}, Date.UTC(2026, 0, 1), () => 0.5);
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
  return validateResponse(operation, createCannedResponse(reply, context, base)).filter(
    ({ code, at }) =>
      (severityOf(code) === 'error' || code === 'status-undocumented') &&
      (!at.startsWith('/response/headers/') || own.has(at) || step.body !== undefined),
  );
}
