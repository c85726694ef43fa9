// Reads scenario files: YAML to checked stories, with every mistake named by file, line and column.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { nearestWord } from '../contract/nearest.ts';
import type { Finding } from '../finding/finding.ts';
import { isFault, readSource, type Source } from '../finding/locate.ts';
import { pointer } from '../finding/pointer.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

export interface LoadedScenarios {
  readonly scenarios: readonly Scenario[];
  readonly findings: readonly Finding[];
}

/** Whether the text of a scenario file may say that the story is on from the start. */
export function isOnByDefault(text: string): boolean {
  return text.includes('on-by-default');
}

/**
 * Reads every <folder>/<api>/*.yaml. A folder that does not exist holds no scenarios.
 * @param relativeTo file names in findings are given relative to this folder
 * @param isWanted tells by its text whether a file is to be read
 */
export async function loadScenarios(
  folders: readonly string[],
  relativeTo: string,
  isWanted: (text: string) => boolean = () => true,
): Promise<LoadedScenarios> {
  const scenarios: Scenario[] = [];
  const findings: Finding[] = [];
  for (const folder of folders) {
    for (const file of await filesIn(folder)) {
      const relative = path.relative(relativeTo, file);
      const shown = relative.startsWith('..') ? path.resolve(file) : relative;
      const text = await readFile(file, 'utf8');
      if (!isWanted(text)) continue;
      const source = readSource(shown, text);
      if (isFault(source)) {
        findings.push({
          code: 'scenario-unreadable',
          message: source.message,
          at: '',
          clause: source.clause,
        });
        continue;
      }
      const name = path.basename(file).replace(/\.ya?ml$/i, '');
      const read = readScenario(source, path.basename(path.dirname(file)), name);
      if (Array.isArray(read)) findings.push(...read);
      else scenarios.push(read);
    }
  }
  return { scenarios, findings };
}

/** @returns the story that a file tells, or what is wrong with it */
export function readScenario(source: Source, api: string, name: string): Scenario | Finding[] {
  const parsed = scenarioSchema.safeParse(source.value);
  if (!parsed.success) return parsed.error.issues.map(issue => toFinding(issue, source));
  const { title, description, rules } = parsed.data;
  return {
    id: `${api}/${name}`,
    api,
    title,
    description,
    onByDefault: parsed.data['on-by-default'] ?? false,
    rules,
    source,
  };
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder, { recursive: true });
    return names
      .filter(name => /^[^/\\]+[/\\][^/\\]+\.ya?ml$/i.test(name))
      .sort()
      .map(name => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** zod's issues, each at its own line. Of a union's branches, the one that came furthest is what was meant. */
function toFinding(issue: z.core.$ZodIssue, source: Source): Finding {
  const { path: steps, message } = deepest(issue, []);
  return { code: 'scenario-unreadable', message, at: '', clause: source.locate(pointer(...steps)) };
}

type Step = string | number;

function deepest(
  issue: z.core.$ZodIssue,
  above: readonly Step[],
): { path: readonly Step[]; message: string } {
  const here = [...above, ...issue.path.map(step => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.flatMap(branch =>
      branch[0] === undefined ? [] : [deepest(branch[0], here)],
    );
    branches.sort((left, right) => right.path.length - left.path.length);
    const [best, next] = branches;
    if (
      best !== undefined &&
      (next === undefined || best.path.length > next.path.length || best.message.includes('mean'))
    )
      return best;
    return {
      path: here,
      message: `this is none of the things that may stand here: ${[...new Set(branches.map(branch => branch.message))].join('; or ')}`,
    };
  }
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const near = nearestWord(key, WORDS);
    return {
      path: [...here, key],
      message: `"${key}" is not something that may stand here${near === undefined ? '' : `; did you mean "${near}"?`}`,
    };
  }
  if (issue.code === 'invalid_value') {
    const near =
      typeof issue.input === 'string' ? nearestWord(issue.input, issue.values.map(String)) : undefined;
    return {
      path: here,
      message: `must be one of ${issue.values.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`,
    };
  }
  return { path: here, message: issue.message };
}

/** Every word that the schema knows as a key. */
const WORDS = [
  ...[
    'title',
    'description',
    'on-by-default',
    'rules',
    'on',
    'when',
    'reply',
    'then',
    'deliver',
    'remember',
    'becomes',
    'even-if-invalid',
  ],
  ...[
    'path',
    'query',
    'headers',
    'cookies',
    'body',
    'valid',
    'state',
    'status',
    'example',
    'patch',
    'off-contract',
  ],
  ...[
    'equals',
    'one-of',
    'matches',
    'exists',
    'greater',
    'less',
    'schema',
    'not',
    'delay',
    'drip',
    'fault',
    'percent',
    'times',
    'min',
    'max',
    'p50',
    'p99',
  ],
];
