// The patterns of one API in validation, and the assertions among them that cannot be decided.

import type { FuncKeywordDefinition } from './ajv.ts';
import { compilePattern, type PatternVersion } from './pattern.ts';

/** A pattern that is no regular expression, or that takes too many steps for a text. */
export interface UndecidedPattern {
  /** JSON Pointer into the validated value; undefined for a name of `patternProperties`. */
  readonly at: string | undefined;
  /** The schema object that has the keyword; undefined for a name of `patternProperties`. */
  readonly schema: unknown;
  readonly source: string;
  readonly reason: string;
}

export class PatternAssertions {
  readonly #version: PatternVersion;
  #assumed = true;
  #found: UndecidedPattern[] = [];

  constructor(version: PatternVersion) {
    this.#version = version;
  }

  /** Calls `validate`. Assertions that cannot be decided have the result `assumed`. */
  collect<Result>(
    assumed: boolean,
    validate: () => Result,
  ): { result: Result; undecided: UndecidedPattern[] } {
    const before = { assumed: this.#assumed, found: this.#found };
    this.#assumed = assumed;
    this.#found = [];
    try {
      return { result: validate(), undecided: this.#found };
    } finally {
      this.#assumed = before.assumed;
      this.#found = before.found;
    }
  }

  readonly keyword: FuncKeywordDefinition = {
    keyword: 'pattern',
    type: 'string',
    schemaType: 'string',
    errors: false,
    compile: (source: string, schema) => {
      const pattern = compilePattern(source, this.#version);
      return (text: string, context) =>
        pattern?.test(text) ?? this.#assume({ at: context?.instancePath ?? '', schema, source });
    },
  };

  /** Whether a name matches a name of `patternProperties`. */
  matchesName(source: string, name: string): boolean {
    return (
      compilePattern(source, this.#version)?.test(name) ??
      this.#assume({ at: undefined, schema: undefined, source })
    );
  }

  #assume(assertion: Omit<UndecidedPattern, 'reason'>): boolean {
    const isExpression = compilePattern(assertion.source, this.#version) !== undefined;
    const reason = isExpression ? 'takes too long for this text' : NO_EXPRESSION;
    const isKnown = this.#found.some(
      ({ at, schema, source }) =>
        at === assertion.at && schema === assertion.schema && source === assertion.source,
    );
    // A body may have millions of texts.
    if (!isKnown && this.#found.length < MAX_FOUND) this.#found.push({ ...assertion, reason });
    return this.#assumed;
  }
}

export const NO_EXPRESSION = 'is not a regular expression of ECMA-262';
const MAX_FOUND = 20;
