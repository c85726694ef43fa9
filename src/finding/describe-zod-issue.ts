// Errors of zod as plain sentences, for files that people write.
import type { z } from 'zod';
import { nearestWord } from './nearest-word.ts';
import { pluralize } from './plural.ts';

type PathStep = string | number;

/**
 * Says in a plain sentence what is wrong with a value, and where. Of a union, the branch that matched deepest is reported.
 * @param knownKeys for "did you mean"
 */
export function describeZodIssue(
  issue: z.core.$ZodIssue,
  knownKeys: readonly string[],
  parentPath: readonly PathStep[] = [],
): { path: readonly PathStep[]; message: string } {
  const issuePath = [
    ...parentPath,
    ...issue.path.map(step => (typeof step === 'symbol' ? String(step) : step)),
  ];
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.flatMap(branch =>
      branch[0] === undefined ? [] : [describeZodIssue(branch[0], knownKeys, issuePath)],
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
    const near = nearestWord(key, knownKeys);
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
  return { path: issuePath, message: limitText(issue) };
}

/** Messages that the schema itself gives are kept. */
function limitText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return `must ${amount(issue.origin, 'at least', Number(issue.minimum))}`;
    case 'too_big':
      return `must ${amount(issue.origin, 'at most', Number(issue.maximum))}`;
    case 'invalid_format':
      if (!issue.message.startsWith('Invalid ')) return issue.message;
      return issue.format === 'regex'
        ? `must be a string that matches ${issue.pattern}`
        : `must be a valid ${issue.format}`;
    default:
      return issue.message;
  }
}

function amount(origin: string, comparison: string, limit: number): string {
  if (origin === 'string') return `have ${comparison} ${pluralize(limit, 'character')}`;
  return origin === 'array' ? `have ${comparison} ${pluralize(limit, 'item')}` : `be ${comparison} ${limit}`;
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['int', 'an integer'],
  ['null', 'null'],
  ['boolean', 'true or false'],
  ['array', 'an array'],
  ['object', 'an object'],
  ['record', 'an object'],
]);
