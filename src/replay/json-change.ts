// Changes between two JSON values, and what decides whether two values count as equal.

/** One change of a JSON value. "length": a list has a different number of items. */
export interface JsonChange {
  readonly kind: 'removed' | 'added' | 'renamed' | 'type' | 'value' | 'length';
  /** Path in the recorded value; of an added member, in the current value. "*" is any item. */
  readonly steps: readonly string[];
  /** End of the message, after the path: "is missing". */
  readonly text: string;
  /** Path in the current value, if it differs from `steps`. */
  readonly currentSteps?: readonly string[];
}

/** Rules for values that may differ without a change. */
export interface Comparator {
  /** Whether the recorded value is a mark of another tool, so that nothing about the value is known. */
  readonly isUnknown: (recorded: unknown) => boolean;
  /** Whether only the type of the value is compared, because the value is a secret. */
  readonly isHidden: (steps: readonly string[]) => boolean;
  /** Whether two values that are not equal count as equal. */
  readonly isSame: (recorded: unknown, current: unknown, steps: readonly string[]) => boolean;
}

/** Pairs of removed and added names that are compared; with more, no rename is reported. */
const MAX_PAIRS = 2500;

export type JsonType = 'null' | 'array' | 'object' | 'string' | 'number' | 'boolean';

export function jsonTypeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

/** A change from or to null is a change of value: a nullable member may be null at any time, and the schema validates it. */
export function typeChange(
  recordedType: JsonType,
  currentType: JsonType,
  steps: readonly string[],
): JsonChange {
  const kind = recordedType === 'null' || currentType === 'null' ? 'value' : 'type';
  return { kind, steps, text: `was ${withArticle(recordedType)} and is now ${withArticle(currentType)}` };
}

function withArticle(type: JsonType): string {
  return type === 'null' ? 'null' : `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`;
}

/** A rename needs exactly one added name with an equal value, and no other removed name that matches it. */
export function findRenames(
  removed: readonly string[],
  added: readonly string[],
  isSameValue: (before: string, after: string) => boolean,
): Map<string, string> {
  if (removed.length * added.length > MAX_PAIRS) return new Map();
  const candidates = new Map(
    removed.map(before => [before, added.filter(after => isSameValue(before, after))]),
  );
  const allCandidates = [...candidates.values()].flat();
  return new Map(
    [...candidates].flatMap(([before, [after, ...others]]) =>
      after !== undefined && others.length === 0 && allCandidates.filter(each => each === after).length === 1
        ? [[before, after] as const]
        : [],
    ),
  );
}

/** The changes of the members of one object. `renamed`: recorded name to current name. */
export function memberChanges(
  renamed: ReadonlyMap<string, string>,
  removed: readonly string[],
  added: readonly string[],
  steps: readonly string[],
): JsonChange[] {
  const usedNames = new Set(renamed.values());
  return [
    ...removed.map((name): JsonChange => {
      const after = renamed.get(name);
      return after === undefined
        ? { kind: 'removed', steps: [...steps, name], text: 'is missing' }
        : {
            kind: 'renamed',
            steps: [...steps, name],
            currentSteps: [...steps, after],
            text: `is renamed to "${after}"`,
          };
    }),
    ...added
      .filter(name => !usedNames.has(name))
      .map((name): JsonChange => ({ kind: 'added', steps: [...steps, name], text: 'is new' })),
  ];
}
