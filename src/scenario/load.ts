// Reads scenario files (YAML) and reports each mistake with file, line and column.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { isParseFailure, type ParsedFile, type ParseFailure, parseFile } from '../document/parse.ts';
import { parseCacheFor } from '../document/parse-cache.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { describeZodIssue } from '../finding/describe-zod-issue.ts';
import type { Finding } from '../finding/finding.ts';
import { withBodyFiles } from './body-files.ts';
import { listScenarioFiles, unreadableScenario } from './list-files.ts';
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
 * Reads every <folder>/<api>/*.yaml. Files and folders that cannot be read become findings.
 * @param relativeTo file names in findings are relative to this folder
 * @param isIncluded called with the text of each file; false: the file is skipped
 * @param onRead called with the URL of each file before it is read
 */
export async function loadScenarios(
  folders: readonly string[],
  relativeTo: string,
  isIncluded: (text: string) => boolean = () => true,
  onRead: (uri: string) => void = () => {},
): Promise<LoadedScenarios> {
  const scenarios: Scenario[] = [];
  const findings: Finding[] = [];
  for (const file of await listScenarioFiles(folders, findings)) {
    onRead(pathToFileURL(path.resolve(file)).href);
    const displayed = displayedName(file, relativeTo);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      findings.push(unreadableScenario(displayed, error));
      continue;
    }
    if (!isIncluded(text)) continue;
    const name = path.basename(file).replace(/\.ya?ml$/i, '');
    const source = parseFile(displayed, text, undefined, parseCacheFor(file));
    const read = readScenario(source, path.basename(path.dirname(file)), name);
    if (Array.isArray(read)) findings.push(...read);
    else scenarios.push(withBodyFiles(read, path.dirname(file), onRead));
  }
  return { scenarios, findings };
}

/** The name of a file for messages: relative to the folder, or absolute if the file is not in it. */
export function displayedName(file: string, relativeTo: string): string {
  const relative = path.relative(relativeTo, file);
  return relative.startsWith('..') ? path.resolve(file) : relative;
}

/** @returns the scenario of a parsed file, or the findings if the file is invalid */
export function readScenario(
  source: ParsedFile | ParseFailure,
  api: string,
  name: string,
): Scenario | Finding[] {
  if (isParseFailure(source))
    return [{ code: 'scenario-unreadable', message: source.message, at: '', location: source.location }];
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

/** Converts a zod issue to a finding with its location. */
function toFinding(issue: z.core.$ZodIssue, source: ParsedFile): Finding {
  const { path: steps, message } = describeZodIssue(issue, KNOWN_KEYS);
  return { code: 'scenario-unreadable', message, at: '', location: source.locate(jsonPointer(...steps)) };
}

/** All keys of the schema, for "did you mean". */
export const KNOWN_KEYS = [
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
    'body-file',
    'text',
    'memory',
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
    'interval',
    'fault',
    'percent',
    'times',
    'min',
    'max',
    'p50',
    'p99',
  ],
];
