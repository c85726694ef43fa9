// The assertions of one API that cannot be decided in a validation: of patterns, and of keywords that are not allowed.

import type { NodeAddress } from '../document/identifiers.ts';
import type { FuncKeywordDefinition } from './ajv.ts';
import { type Flaw, UNKNOWN_KEYWORD } from './flaws.ts';
import type { OpenApiVersion } from './openapi-version.ts';
import { compilePattern } from './pattern.ts';

/** A pattern that is no regular expression, or that takes too many steps for a text. */
export interface UndecidedPattern {
  /** JSON Pointer into the validated value; undefined for a name of `patternProperties`. */
  readonly at: string | undefined;
  /** The schema object that has the keyword; undefined for a name of `patternProperties`. */
  readonly schema: unknown;
  readonly source: string;
  readonly reason: string;
}

/** A keyword that is not allowed, so that its meaning is unknown. */
interface UndecidedKeyword {
  /** JSON Pointer into the validated value. */
  readonly at: string;
  readonly flaw: Flaw;
}

type Undecided = UndecidedPattern | UndecidedKeyword;

/** What cannot be decided about a value. @param addressOf the address of the pattern of a schema object */
export function describeUndecided(
  undecided: Undecided,
  addressOf: (schema: unknown) => NodeAddress,
): {
  readonly at: string;
  readonly keyword: string;
  readonly address: NodeAddress;
  readonly message: string;
} {
  if ('flaw' in undecided) {
    const { at, flaw } = undecided;
    return { at, keyword: UNKNOWN_KEYWORD, address: flaw, message: `cannot be checked: ${flaw.message}` };
  }
  const { at = '', schema, source, reason } = undecided;
  const message = `cannot be checked against the pattern ${source}, which ${reason}`;
  return { at, keyword: 'pattern', address: addressOf(schema), message };
}

export class PatternAssertions {
  readonly #version: OpenApiVersion;
  readonly #onAssume: () => void;
  #assumed = true;
  #found: Undecided[] = [];

  /** @param onAssume called when the assumption changes */
  constructor(version: OpenApiVersion, onAssume: () => void) {
    this.#version = version;
    this.#onAssume = onAssume;
  }

  /** Calls `validate`. Assertions that cannot be decided have the result `assumed`. */
  collect<Result>(assumed: boolean, validate: () => Result): { result: Result; undecided: Undecided[] } {
    const before = { assumed: this.#assumed, found: this.#found };
    this.#assumed = assumed;
    this.#found = [];
    this.#onAssume();
    try {
      return { result: validate(), undecided: this.#found };
    } finally {
      this.#assumed = before.assumed;
      this.#found = before.found;
      this.#onAssume();
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

  /** Stands for keywords that are not allowed. */
  readonly unknown: FuncKeywordDefinition = {
    keyword: UNKNOWN_KEYWORD,
    schemaType: 'array',
    errors: false,
    compile: (flaws: readonly Flaw[]) => (_, context) => {
      const at = context?.instancePath ?? '';
      for (const flaw of flaws)
        this.#add({ at, flaw }, found => 'flaw' in found && found.at === at && found.flaw === flaw);
      return this.#assumed;
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
    const isSame = (found: Undecided): boolean =>
      'source' in found &&
      found.at === assertion.at &&
      found.schema === assertion.schema &&
      found.source === assertion.source;
    this.#add({ ...assertion, reason }, isSame);
    return this.#assumed;
  }

  /** A body may have millions of texts. */
  #add(undecided: Undecided, isSame: (found: Undecided) => boolean): void {
    if (this.#found.length < MAX_FOUND && !this.#found.some(isSame)) this.#found.push(undecided);
  }
}

export const NO_EXPRESSION = 'is not a regular expression of ECMA-262';
const MAX_FOUND = 20;
