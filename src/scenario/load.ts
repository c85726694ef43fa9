// Reads scenario files from YAML and reports each mistake with file, line and column.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { isParseFailure, type ParsedFile, parseFile } from '../document/parse.ts';
import { parseCacheFor } from '../document/parse-cache.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { Finding } from '../finding/finding.ts';
import { nearestWord } from '../finding/nearest-word.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

export interface LoadedScenarios {
  readonly scenarios: readonly Scenario[];
  readonly findings: readonly Finding[];
}

/** Whether the text of a scenario file may say that the story is on from the start. */
export function mayBeOnByDefault(text: string): boolean {
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
      const source = parseFile(shown, text, undefined, parseCacheFor(file));
      if (isParseFailure(source)) {
        findings.push({
          code: 'scenario-unreadable',
          message: source.message,
          at: '',
          location: source.location,
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
export function readScenario(source: ParsedFile, api: string, name: string): Scenario | Finding[] {
  const parsed = scenarioSchema.safeParse(source.value, { reportInput: true });
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
function toFinding(issue: z.core.$ZodIssue, source: ParsedFile): Finding {
  const { path: steps, message } = deepestIssue(issue, []);
  return { code: 'scenario-unreadable', message, at: '', location: source.locate(jsonPointer(...steps)) };
}

type PathStep = string | number;

function deepestIssue(
  issue: z.core.$ZodIssue,
  above: readonly PathStep[],
): { path: readonly PathStep[]; message: string } {
  const here = [...above, ...issue.path.map(step => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.flatMap(branch =>
      branch[0] === undefined ? [] : [deepestIssue(branch[0], here)],
    );
    const hints = (message: string): number => Number(message.includes('did you mean'));
    branches.sort(
      (left, right) => right.path.length - left.path.length || hints(right.message) - hints(left.message),
    );
    const [best, next] = branches;
    if (
      best !== undefined &&
      (next === undefined || best.path.length > next.path.length || hints(best.message) > 0)
    )
      return best;
    const messages = [...new Set(branches.map(branch => branch.message))];
    const wanted = messages.flatMap(text =>
      text.startsWith('must be ') ? [text.slice('must be '.length)] : [],
    );
    const message =
      wanted.length === messages.length
        ? `must be ${wanted.join(', or ')}`
        : `matches none of the allowed forms: ${messages.join('; or ')}`;
    return { path: here, message };
  }
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const near = nearestWord(key, KNOWN_KEYS);
    return {
      path: [...here, key],
      message: `unknown key "${key}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    };
  }
  if (issue.code === 'invalid_value') {
    const near =
      typeof issue.input === 'string' ? nearestWord(issue.input, issue.values.map(String)) : undefined;
    const meant = near === undefined ? '' : `did you mean "${near}"?`;
    if (issue.values.length === 1) return { path: here, message: meant || `must be ${issue.values.join()}` };
    return {
      path: here,
      message: `must be one of ${issue.values.join(', ')}${meant && `; ${meant}`}`,
    };
  }
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return { path: here, message: `"${String(here.at(-1))}" is missing` };
    return { path: here, message: `must be ${TYPE_NAMES.get(issue.expected) ?? issue.expected}` };
  }
  return { path: here, message: issue.message };
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['array', 'an array'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/** Every word that the schema knows as a key. */
const KNOWN_KEYS = [
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
