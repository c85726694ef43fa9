// Converts generated rules to the text of scenario files, with comments on their source, and lints the result.

import { isDeepStrictEqual } from 'node:util';
import { isParseFailure, parseFile } from '../document/parse.ts';
import { toCommentedYaml } from '../document/write-yaml.ts';
import { formatLocation } from '../finding/finding.ts';
import { isError } from '../finding/severity.ts';
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';
import type { EntryLocation } from '../recording/model.ts';
import { lintScenarios } from '../scenario/lint.ts';
import { readScenario } from '../scenario/load.ts';
import { violationsOf } from '../scenario/reply-violations.ts';
import type { ResponseStep, Rule, Step } from '../scenario/scenario.ts';
import type { GeneratedRule } from './rule-builder.ts';
import type { RecordedStep } from './step-draft.ts';

export interface ScenarioFile {
  readonly api: string;
  /** File name without extension, such as "recorded-getPet-404". */
  readonly name: string;
  readonly text: string;
  readonly rules: number;
  /** The "off-contract" reasons in the file. */
  readonly offContract: readonly string[];
}

export interface WriteOptions {
  /** Prefix of the file names. */
  readonly prefix: string;
  readonly onByDefault: boolean;
  /** Path of the JSON Schema of scenarios, relative to the files; undefined: unknown. */
  readonly schema: string | undefined;
  /** The name of a recording in comments: one line, without a path of the local machine. */
  readonly nameOf: (file: string) => string;
}

/** The start of every generated file. Only files that start like this are overwritten. */
export const GENERATED_MARK = '# Made by "deadringer scenarios from"';

/** A scenario that the generator itself finds invalid, which is a bug: it is left out, and the others are written. */
export interface RejectedScenario {
  readonly message: string;
  /** Recorded exchanges that are in no other scenario. */
  readonly exchanges: number;
  readonly steps: number;
}

/** @param recordings names and dates of the recordings for the first line: "traffic.har, recorded 2026-11-21" */
export function writeScenarios(
  contract: Contract,
  generatedRules: readonly GeneratedRule[],
  recordings: string,
  options: WriteOptions,
): { readonly files: ScenarioFile[]; readonly rejected: RejectedScenario[] } {
  const files: ScenarioFile[] = [];
  const rejected: RejectedScenario[] = [];
  for (const api of contract.apis) {
    const used = new Set<string>();
    const stems = assignFileStems(api);
    for (const operation of api.operations) {
      const byOutcome = Map.groupBy(
        generatedRules.filter(each => each.operation === operation),
        ({ outcome }) => outcome,
      );
      for (const [outcome, rules] of [...byOutcome].sort(([left], [right]) => (left < right ? -1 : 1))) {
        const stem = `${options.prefix}-${stems.get(operation)}-${outcome}`;
        let name = stem;
        for (let next = 2; used.has(name.toLowerCase()); next++) name = `${stem}-${next}`;
        used.add(name.toLowerCase());
        const scenario = writeScenario(contract, operation, name, outcome, rules, recordings, options);
        if ('message' in scenario) rejected.push(scenario);
        else files.push(scenario);
      }
    }
  }
  return { files, rejected };
}

/**
 * The part of the file name for each operation, unique also on file systems that ignore case. All operations get one,
 * recorded or not, so that a later recording uses the same names.
 */
function assignFileStems(api: ApiSpec): Map<Operation, string> {
  const used = new Set<string>();
  return new Map(
    api.operations.map(operation => {
      const plain =
        operation.id
          .replace(/[^\w.-]+/g, '-')
          .replace(/^[-.]+|(?<![-.])[-.]+$/g, '')
          .slice(0, 80) || 'operation';
      let stem = plain;
      for (let next = 2; used.has(stem.toLowerCase()); next++) stem = `${plain}-${next}`;
      used.add(stem.toLowerCase());
      return [operation, stem];
    }),
  );
}

function writeScenario(
  contract: Contract,
  operation: Operation,
  name: string,
  outcome: string,
  generatedRules: readonly GeneratedRule[],
  recordings: string,
  options: WriteOptions,
): ScenarioFile | RejectedScenario {
  const { method, path } = operation;
  const api = operation.api.name;
  const comments = new Map<string, string>();
  const offContract: string[] = [];
  const steps = new Map<RecordedStep, Step>();
  const stepOf = (recordedStep: RecordedStep, example: string | undefined): Step => {
    let step = steps.get(recordedStep);
    if (step === undefined) {
      step = toStep(operation, recordedStep, example, options, offContract);
      steps.set(recordedStep, step);
    }
    return step;
  };
  const rules = generatedRules.map((each, index): Rule => {
    const [first] = each.steps;
    if (first === undefined) throw new Error(`a rule of ${operation.id} has no steps`);
    const example = each.steps.length === 1 ? each.example : undefined;
    const isList = each.steps.length > 1;
    const similar = each.exchanges - each.steps.length;
    comments.set(`/rules/${index}`, provenance(first, options));
    for (const [position, recordedStep] of each.steps.entries())
      if (position > 0 && recordedStep !== each.steps[position - 1])
        comments.set(`/rules/${index}/reply/${position}`, provenance(recordedStep, options));
    const last = isList ? `/rules/${index}/reply/${each.steps.length - 1}` : `/rules/${index}`;
    if (similar > 0)
      comments.set(last, `${comments.get(last) ?? provenance(first, options)}, and ${similar} similar`);
    return {
      on: ruleTarget(operation),
      ...(each.when !== undefined && { when: each.when }),
      reply: isList
        ? each.steps.map(recordedStep => stepOf(recordedStep, recordedStep.example))
        : stepOf(first, example),
      // biome-ignore lint/suspicious/noThenProperty: a key of the file format; its value is a string, so it is no thenable
      ...(isList && { then: 'repeat-last' as const }),
      ...(each.evenIfInvalid && { 'even-if-invalid': true }),
    };
  });
  const scenario = {
    title: `${method} ${path} responds with ${outcome.replaceAll('-', ', then ').replace(', then and, then on', ', and so on')}, as recorded`,
    ...(options.onByDefault && { 'on-by-default': true }),
    rules,
  };
  const schema = options.schema === undefined ? '' : `# yaml-language-server: $schema=${options.schema}\n`;
  const text = `${GENERATED_MARK} (source: ${recordings}). --force overwrites this file.\n${schema}${toCommentedYaml(scenario, comments)}`;
  const message = readBackProblem(contract, api, name, text, scenario);
  if (message !== undefined) {
    const total = (count: (each: GeneratedRule) => number): number =>
      generatedRules.reduce((sum, each) => sum + count(each), 0);
    return { message, exchanges: total(each => each.exchanges), steps: total(each => each.steps.length) };
  }
  return { api, name, text, rules: rules.length, offContract };
}

/** The value of "on": the operationId if it names exactly this operation, otherwise method and path. */
function ruleTarget(operation: Operation): string {
  const { id, method, path, api } = operation;
  const isAmbiguous =
    id === '*' ||
    api.operations.some(
      each => each !== operation && (each.id === id || `${each.method} ${each.path}` === id),
    );
  return isAmbiguous ? `${method} ${path}` : id;
}

function toStep(
  operation: Operation,
  recordedStep: RecordedStep,
  example: string | undefined,
  options: WriteOptions,
  offContract: string[],
): Step {
  const { body: _, ...withoutBody } = recordedStep.reply;
  const step: ResponseStep =
    example === undefined ? recordedStep.reply : { ...withoutBody, ...(example !== '' && { example }) };
  const violations = violationsOf(operation, step);
  const [first, ...others] = violations;
  if (first === undefined) return Object.keys(step).length === 1 ? recordedStep.status : step;
  const location = first.location === undefined ? '' : ` (${formatLocation(first.location)})`;
  const rest = others.length === 0 ? '' : `; and ${others.length} more`;
  const text = `recorded ${provenance(recordedStep, options, true)}: ${first.message}${location}${rest}`;
  // A reason can quote recorded names; a scenario file would read "{{" in them as a template.
  const reason = text.replace(/\{(?=[{%])/g, '{ ');
  offContract.push(reason);
  return { ...step, 'off-contract': reason };
}

/** The source of a step: "traffic.har entry 7, 2026-11-21 06:12 UTC". */
function provenance({ place, startedAt }: RecordedStep, { nameOf }: WriteOptions, dayFirst = false): string {
  const label = entryLabel(place, nameOf);
  if (startedAt <= 0) return label;
  const time = new Date(startedAt).toISOString();
  return dayFirst ? `${time.slice(0, 10)}, ${label}` : `${label}, ${time.slice(0, 16).replace('T', ' ')} UTC`;
}

/** The entry of a recording in messages and comments: "traffic.har entry 7". */
export function entryLabel({ file, entry }: EntryLocation, nameOf: (file: string) => string): string {
  return `${nameOf(file)} entry ${entry}`;
}

/** Why the text is not the scenario, or the linter rejects it: a bug, found before files are written. */
function readBackProblem(
  contract: Contract,
  api: string,
  name: string,
  text: string,
  scenario: object,
): string | undefined {
  const source = parseFile(`${api}/${name}.yaml`, text);
  const parsed = isParseFailure(source) ? [{ message: source.message }] : readScenario(source, api, name);
  const [first] = Array.isArray(parsed) ? parsed : lintScenarios(contract, [parsed]).filter(isError);
  const problem =
    first === undefined && !isParseFailure(source) && !isDeepStrictEqual(source.value, scenario)
      ? 'it does not read back as it was written'
      : first?.message;
  return problem && `the scenario ${api}/${name} is left out, because of a bug in deadringer: ${problem}`;
}
