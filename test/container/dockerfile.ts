// Reads a Dockerfile: its stages, and the instructions of each, in order.
import { readFileSync } from 'node:fs';

export interface Instruction {
  readonly name: string;
  /** Without flags, with line continuations joined. */
  readonly text: string;
  /** `--from=build` is ['from', 'build']. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export function readDockerfile(file: string): Stage[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter(line => line.trim() !== '');
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of lines) {
    const [, name = '', flags = '', text = ''] = /^(\w+)\s+((?:--\S+\s+)*)(.*)$/.exec(line) ?? [];
    const instruction = {
      name,
      text: text.trim(),
      flags: Object.fromEntries(
        [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, flag, value]) => [flag, value]),
      ) as Record<string, string>,
    };
    const stage = stages.at(-1);
    if (name === 'FROM') {
      const [image = '', , alias] = instruction.text.split(/\s+/);
      stages.push({ image, name: alias, instructions: [instruction] });
    } else if (stage === undefined) throw new Error(`${file}: ${name} stands before FROM`);
    else stage.instructions.push(instruction);
  }
  return stages;
}

/** The text of the last instruction of this name. */
export function settingOf(stage: Stage, name: string): string {
  const found = stage.instructions.findLast(instruction => instruction.name === name);
  if (found === undefined) throw new Error(`the stage ${stage.image} has no ${name}`);
  return found.text;
}

/** The words of an instruction in JSON form, such as ENTRYPOINT; of HEALTHCHECK, those of its CMD. */
export function wordsOf(stage: Stage, name: string): string[] {
  return JSON.parse(settingOf(stage, name).replace(/^CMD\s+/, '')) as string[];
}

/** The variables of ENV instructions without quotes and spaces in values. */
export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = stage.instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ text }) => text.split(/\s+/))
    .map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  return Object.fromEntries(pairs);
}
