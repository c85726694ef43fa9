// Reads scenario files (YAML) and reports each mistake with file, line and column.
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

/** Whether a scenario file can be active by default; a fast test on its text, before the file is parsed. */
export function mayBeOnByDefault(text: string): boolean {
  return text.includes('on-by-default');
}

/**
 * Reads every <folder>/<api>/*.yaml. A folder that does not exist contains no scenarios.
 * @param relativeTo file names in findings are relative to this folder
 * @param isIncluded called with the text of each file; false: the file is skipped
 */
export async function loadScenarios(
  folders: readonly string[],
  relativeTo: string,
  isIncluded: (text: string) => boolean = () => true,
): Promise<LoadedScenarios> {
  const scenarios: Scenario[] = [];
  const findings: Finding[] = [];
  for (const folder of folders) {
    for (const file of await listScenarioFiles(folder)) {
      const relative = path.relative(relativeTo, file);
      const displayName = relative.startsWith('..') ? path.resolve(file) : relative;
      const text = await readFile(file, 'utf8');
      if (!isIncluded(text)) continue;
      const source = parseFile(displayName, text, undefined, parseCacheFor(file));
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

/** @returns the scenario of a parsed file, or the findings if the file is invalid */
export function readScenario(source: ParsedFile, api: string, name: string): Scenario | Finding[] {
  const parsed = scenarioSchema.safeParse(source.value, { reportInput: true });
  if (!parsed.success) return parsed.error.issues.map(issue => toFinding(issue, source));
  // The schema changes nothing; but zod omits members that are named "__proto__".
  const { title, description, rules } = source.value as typeof parsed.data;
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

async function listScenarioFiles(folder: string): Promise<string[]> {
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

/** Converts a zod issue to a finding with its location. Of a union, the branch that matched deepest is reported. */
function toFinding(issue: z.core.$ZodIssue, source: ParsedFile): Finding {
  const { path: steps, message } = deepestIssue(issue, []);
  return { code: 'scenario-unreadable', message, at: '', location: source.locate(jsonPointer(...steps)) };
}

type PathStep = string | number;

function deepestIssue(
  issue: z.core.$ZodIssue,
  parentPath: readonly PathStep[],
): { path: readonly PathStep[]; message: string } {
  const issuePath = [
    ...parentPath,
    ...issue.path.map(step => (typeof step === 'symbol' ? String(step) : step)),
  ];
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.flatMap(branch =>
      branch[0] === undefined ? [] : [deepestIssue(branch[0], issuePath)],
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
    const expected = messages.flatMap(text =>
      text.startsWith('must be ') ? [text.slice('must be '.length)] : [],
    );
    const message =
      expected.length === messages.length
        ? `must be ${expected.join(', or ')}`
        : `matches none of the allowed forms: ${messages.join('; or ')}`;
    return { path: issuePath, message };
  }
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const near = nearestWord(key, KNOWN_KEYS);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    return { path: [...issuePath, key], message: `unknown key "${key}"${hint}` };
  }
  if (issue.code === 'invalid_value') {
    const near =
      typeof issue.input === 'string' ? nearestWord(issue.input, issue.values.map(String)) : undefined;
    const hint = near === undefined ? '' : `did you mean "${near}"?`;
    if (issue.values.length === 1)
      return { path: issuePath, message: hint || `must be ${issue.values.join()}` };
    return {
      path: issuePath,
      message: `must be one of ${issue.values.join(', ')}${hint && `; ${hint}`}`,
    };
  }
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined)
      return { path: issuePath, message: `"${String(issuePath.at(-1))}" is missing` };
    return { path: issuePath, message: `must be ${TYPE_NAMES.get(issue.expected) ?? issue.expected}` };
  }
  return { path: issuePath, message: issue.message };
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['array', 'an array'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/** All keys of the schema, for "did you mean". */
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
