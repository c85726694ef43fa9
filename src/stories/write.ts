// Told rules as the text of scenario files: names, comments on where each answer was recorded, and a last look by the linter.
import type { ApiSpec, Contract, Operation } from '../contract/contract.ts';
import { showClause } from '../finding/finding.ts';
import { isFault, readSource } from '../finding/locate.ts';
import { toCommentedYaml } from '../finding/yaml.ts';
import type { Place } from '../recording/recorded.ts';
import { breachesOf, lintScenarios } from '../scenario/lint.ts';
import { readScenario } from '../scenario/load.ts';
import type { ResponseStep, Rule, Step } from '../scenario/scenario.ts';
import type { Told } from './operation-stories.ts';
import type { Take } from './take.ts';

export interface StoryFile {
  readonly api: string;
  /** "recorded-getPet-404" */
  readonly name: string;
  readonly text: string;
  readonly rules: number;
  /** Answers that break the contract, each with the reason that the file gives. */
  readonly offContract: readonly string[];
}

export interface WriteOptions {
  /** What the names of the files begin with. */
  readonly prefix: string;
  readonly onByDefault: boolean;
  /** Where the JSON Schema of scenarios lies, seen from the files; undefined: nowhere that is known. */
  readonly schema: string | undefined;
  /** A recording as comments name it: one line, and no path of this machine. */
  readonly nameOf: (file: string) => string;
}

/** Every file that is written here begins like this, and none that anybody else wrote. */
export const MARK = '# Made by "deadringer scenarios from"';

/** @param recorded the recordings and their time, as the first line tells them: "traffic.har, recorded 2026-11-21" */
export function writeStories(
  contract: Contract,
  told: readonly Told[],
  recorded: string,
  options: WriteOptions,
): StoryFile[] {
  const files: StoryFile[] = [];
  for (const api of contract.apis) {
    const taken = new Set<string>();
    const stems = stemsOf(api);
    for (const operation of api.operations) {
      const byOutcome = Map.groupBy(
        told.filter(each => each.operation === operation),
        ({ outcome }) => outcome,
      );
      for (const [outcome, rules] of [...byOutcome].sort(([left], [right]) => (left < right ? -1 : 1))) {
        const stem = `${options.prefix}-${stems.get(operation)}-${outcome}`;
        let name = stem;
        for (let next = 2; taken.has(name.toLowerCase()); next++) name = `${stem}-${next}`;
        taken.add(name.toLowerCase());
        files.push(writeFile(contract, operation, name, outcome, rules, recorded, options));
      }
    }
  }
  return files;
}

/** Of every operation, recorded or not, so that a later recording names its files alike; also where disks ignore case. */
function stemsOf(api: ApiSpec): Map<Operation, string> {
  const taken = new Set<string>();
  return new Map(
    api.operations.map(operation => {
      const plain =
        operation.id
          .replace(/[^\w.-]+/g, '-')
          .replace(/^[-.]+|[-.]+$/g, '')
          .slice(0, 80) || 'operation';
      let stem = plain;
      for (let next = 2; taken.has(stem.toLowerCase()); next++) stem = `${plain}-${next}`;
      taken.add(stem.toLowerCase());
      return [operation, stem];
    }),
  );
}

function writeFile(
  contract: Contract,
  operation: Operation,
  name: string,
  outcome: string,
  told: readonly Told[],
  recorded: string,
  options: WriteOptions,
): StoryFile {
  const { method, path } = operation;
  const api = operation.api.name;
  const comments = new Map<string, string>();
  const offContract: string[] = [];
  const steps = new Map<Take, Step>();
  const stepOf = (take: Take, example: string | undefined): Step => {
    let step = steps.get(take);
    if (step === undefined) {
      step = toStep(operation, take, example, options, offContract);
      steps.set(take, step);
    }
    return step;
  };
  const rules = told.map((each, index): Rule => {
    const [first] = each.takes;
    if (first === undefined) throw new Error(`a rule of ${operation.id} answers nothing`);
    const example = each.takes.length === 1 ? each.example : undefined;
    const isList = each.takes.length > 1;
    const more = each.exchanges - each.takes.length;
    comments.set(`/rules/${index}`, provenance(first, options));
    for (const [position, take] of each.takes.entries())
      if (position > 0 && take !== each.takes[position - 1])
        comments.set(`/rules/${index}/reply/${position}`, provenance(take, options));
    const last = isList ? `/rules/${index}/reply/${each.takes.length - 1}` : `/rules/${index}`;
    if (more > 0)
      comments.set(last, `${comments.get(last) ?? provenance(first, options)}, and ${more} more like it`);
    return {
      on: operationName(operation),
      ...(each.when !== undefined && { when: each.when }),
      reply: isList ? each.takes.map(take => stepOf(take, take.example)) : stepOf(first, example),
      // biome-ignore lint/suspicious/noThenProperty: the word of the files, and a text, so nothing takes it for a promise
      ...(isList && { then: 'repeat-last' as const }),
      ...(each.evenIfInvalid && { 'even-if-invalid': true }),
    };
  });
  const story = {
    title: `${method} ${path} answers ${outcome.replaceAll('-', ', then ').replace(', then and, then on', ', and so on')}, as recorded`,
    ...(options.onByDefault && { 'on-by-default': true }),
    rules,
  };
  const schema = options.schema === undefined ? '' : `# yaml-language-server: $schema=${options.schema}\n`;
  const text = `${MARK} out of ${recorded}; --force writes it anew.\n${schema}${toCommentedYaml(story, comments)}`;
  holdAgainst(contract, api, name, text, story);
  return { api, name, text, rules: rules.length, offContract };
}

/** What a rule may call it, so that no other is meant as well: "*" is every one of them. */
function operationName(operation: Operation): string {
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
  take: Take,
  example: string | undefined,
  options: WriteOptions,
  offContract: string[],
): Step {
  const { body: _, ...bare } = take.step;
  const step: ResponseStep =
    example === undefined ? take.step : { ...bare, ...(example !== '' && { example }) };
  const breaches = breachesOf(operation, step);
  const [first, ...others] = breaches;
  if (first === undefined) return Object.keys(step).length === 1 ? take.status : step;
  const clause = first.clause === undefined ? '' : ` (${showClause(first.clause)})`;
  const rest = others.length === 0 ? '' : `; and ${others.length} more`;
  const said = `recorded ${provenance(take, options, true)}: ${first.message}${clause}${rest}`;
  // A reason is read as a text like all others, and may quote names that were recorded.
  const reason = said.replace(/\{(?=[{%])/g, '{ ');
  offContract.push(reason);
  return { ...step, 'off-contract': reason };
}

/** "traffic.har entry 7, 2026-11-21 06:12 UTC" */
function provenance({ place, startedAt }: Take, { nameOf }: WriteOptions, dayFirst = false): string {
  const at = entryOf(place, nameOf);
  if (startedAt <= 0) return at;
  const time = new Date(startedAt).toISOString();
  return dayFirst ? `${time.slice(0, 10)}, ${at}` : `${at}, ${time.slice(0, 16).replace('T', ' ')} UTC`;
}

export function entryOf({ file, entry }: Place, nameOf: (file: string) => string): string {
  return `${nameOf(file)} entry ${entry}`;
}

/** @throws Error when the text is not what was to be written, or would be refused: a fault of ours, told before anything is written */
function holdAgainst(contract: Contract, api: string, name: string, text: string, story: object): void {
  const source = readSource(`${api}/${name}.yaml`, text);
  const read = isFault(source) ? [{ message: source.message }] : readScenario(source, api, name);
  const wrong = Array.isArray(read) ? read : lintScenarios(contract, [read]);
  const [first] = wrong;
  if (first !== undefined)
    throw new Error(
      `the scenario ${api}/${name} would be refused, which is a fault of deadringer: ${first.message}`,
    );
  if (!isFault(source) && JSON.stringify(source.value) !== JSON.stringify(story))
    throw new Error(
      `the scenario ${api}/${name} would be read as another one, which is a fault of deadringer`,
    );
}
