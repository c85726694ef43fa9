// Tests of a body by the place that they are about: the text, the JSON value, or what a JSONPath selects.
import { compileBodyPath } from '../scenario/matchers.ts';
import type { ImportedWhen } from './model.ts';
import { NotCarriedOver } from './not-carried-over.ts';
import { allOf, type Predicate, toCondition } from './predicate.ts';

/** `key`: a key of "body" in a rule; undefined: the text of the body. */
export interface BodyTest {
  readonly key: string | undefined;
  readonly predicate: Predicate;
}

/** The conditions of a rule; tests of one place are tested together. */
export function bodyConditions(tests: readonly BodyTest[]): Pick<ImportedWhen, 'body' | 'text'> {
  const byKey = Map.groupBy(tests, ({ key }) => key);
  const text = byKey.get(undefined);
  const body = [...byKey].flatMap(([key, own]): [string, ReturnType<typeof toCondition>][] =>
    key === undefined ? [] : [[key, toCondition(allOf(own.map(({ predicate }) => predicate)))]],
  );
  return {
    ...(body.length > 0 && { body: Object.fromEntries(body) }),
    ...(text !== undefined && { text: toCondition(allOf(text.map(({ predicate }) => predicate))) }),
  };
}

/** @throws NotCarriedOver when the expression is no JSONPath of RFC 9535 */
export function checkedJsonPath(expression: string, at: string): string {
  const path = expression.trim();
  try {
    if (!path.startsWith('$')) throw new Error('it does not begin with "$"');
    compileBodyPath(path);
    return path;
  } catch (error) {
    const reason = `"${expression}" is no JSONPath of RFC 9535: ${(error as Error).message}`;
    throw new NotCarriedOver('JSONPath', reason, 'rewrite the expression by RFC 9535', at);
  }
}
