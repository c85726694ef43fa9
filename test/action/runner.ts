// Runs the composite action of action.yml as the runner of GitHub does: shell steps exactly as written, other actions noted only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly id?: string;
  readonly name: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export interface ActionRun {
  readonly failed: boolean;
  /** Standard output and standard error of all shell steps. */
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The actions that ran, with their inputs. */
  readonly uses: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const ACTION = parse(readFileSync('action.yml', 'utf8')) as Action;

/**
 * @param workspace the root of the repository
 * @param inputs of the workflow; the others have their defaults
 * @param env more variables of the job
 */
export async function runAction(
  workspace: string,
  inputs: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Promise<ActionRun> {
  const temp = mkdtempSync(path.join(path.dirname(workspace), 'runner-'));
  const outputs: Record<string, Record<string, string>> = {};
  const lookUp = (name: string): string => {
    const [context, key = '', , output = ''] = name.split('.');
    if (context === 'inputs' && key in ACTION.inputs) return inputs[key] ?? ACTION.inputs[key]?.default ?? '';
    if (context === 'steps') return outputs[key]?.[output] ?? '';
    if (name === 'runner.temp') return temp;
    if (name === 'runner.os') return 'Linux';
    throw new Error(`action.yml uses ${name}`);
  };
  const fill = (text: string): string => text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name) => lookUp(name));
  const summaryFile = path.join(temp, 'summary');
  writeFileSync(summaryFile, '');
  const uses: Record<string, Readonly<Record<string, string>>> = {};
  let failed = false;
  let log = '';
  for (const [index, step] of ACTION.runs.steps.entries()) {
    if (!isWanted(step.if ?? 'success()', failed, lookUp)) continue;
    if (step.uses !== undefined) {
      uses[step.uses] = Object.fromEntries(
        Object.entries(step.with ?? {}).map(([name, value]) => [name, fill(String(value))]),
      );
      continue;
    }
    const folder = path.join(temp, String(index));
    mkdirSync(folder);
    const script = path.join(folder, 'script.sh');
    const outputFile = path.join(folder, 'output');
    writeFileSync(script, step.run ?? '');
    writeFileSync(outputFile, '');
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: path.resolve(workspace, fill(step['working-directory'] ?? '.')),
      env: {
        ...process.env,
        ...env,
        ...Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value)])),
        GITHUB_ACTION_PATH: process.cwd(),
        GITHUB_WORKSPACE: workspace,
        GITHUB_OUTPUT: outputFile,
        GITHUB_STEP_SUMMARY: summaryFile,
        RUNNER_TEMP: temp,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    if (step.id !== undefined) outputs[step.id] = readOutputs(outputFile);
    if (code !== 0) failed = true;
  }
  return {
    failed,
    log,
    summary: readFileSync(summaryFile, 'utf8'),
    outputs: Object.fromEntries(
      Object.entries(ACTION.outputs).map(([name, { value }]) => [name, fill(value)]),
    ),
    uses,
  };
}

function readOutputs(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n');
  return Object.fromEntries(
    lines
      .filter(line => line !== '')
      .map(line => {
        if (!line.includes('=')) throw new Error(`not an output: ${line}`);
        return [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)];
      }),
  );
}

/** Conditions that are comparisons joined by "&&"; a condition without a status function needs success. */
function isWanted(condition: string, failed: boolean, lookUp: (name: string) => string): boolean {
  const terms = condition
    .replaceAll(/^\$\{\{ | \}\}$/g, '')
    .split(' && ')
    .map(term => term.trim());
  if (!terms.includes('!cancelled()') && failed) return false;
  return terms.every(term => {
    if (term === '!cancelled()' || term === 'success()') return true;
    const [, name = '', operator, value] = /^([\w.-]+) (==|!=) '([^']*)'$/.exec(term) ?? [];
    if (operator === undefined) throw new Error(`action.yml has the condition ${term}`);
    return (lookUp(name) === value) === (operator === '==');
  });
}
