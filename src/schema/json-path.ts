// JSONPath (RFC 9535) in bounded time: queries of conditions and overlays.
import { JSONPathEnvironment, JSONPathRecursionLimitError, type JSONValue, jsonpath } from 'json-p3';
import { conditionTest } from './schemas.ts';

export interface JsonPathLimits {
  /** Levels that a descendant segment ("..") descends. */
  readonly maxLevels: number;
  /** Members of objects that one query looks at. Default: any number. */
  readonly maxMembers?: number;
}

interface SelectedNode {
  readonly value: unknown;
  /** The names and indexes that lead to the node. */
  readonly location: readonly (string | number)[];
}

/** @returns the nodes; undefined if a limit is exceeded */
export type JsonPath = (value: unknown) => readonly SelectedNode[] | undefined;

class MemberLimitError extends Error {}

class BoundedEnvironment extends JSONPathEnvironment {
  readonly #maxMembers: number;
  #members = 0;

  constructor({ maxLevels, maxMembers = Number.POSITIVE_INFINITY }: JsonPathLimits) {
    super({ maxRecursionDepth: maxLevels });
    this.#maxMembers = maxMembers;
  }

  begin(): void {
    this.#members = 0;
  }

  override entries(object: { [key: string]: JSONValue }): [string, JSONValue][] {
    const entries = super.entries(object);
    this.#members += entries.length;
    if (this.#members > this.#maxMembers) throw new MemberLimitError();
    return entries;
  }
}

/**
 * @example
 * const titles = jsonPaths({ maxLevels: 128 }).compile('$..title');
 * titles(document)?.map(({ value }) => value);
 */
export function jsonPaths(limits: JsonPathLimits): {
  /** @throws the error of json-p3 when the text is no JSONPath */
  readonly compile: (text: string) => JsonPath;
} {
  const environment = new BoundedEnvironment(limits);
  environment.functionRegister.set(
    'match',
    regExpFunction(expression => `^(?:${expression})$`),
  );
  environment.functionRegister.set(
    'search',
    regExpFunction(expression => expression),
  );
  const compile = (text: string): JsonPath => {
    const query = environment.compile(text);
    return value => {
      environment.begin();
      try {
        // Segment by segment, the lists between the segments would be in memory.
        return [...query.lazyQuery(value as JSONValue)];
      } catch (error) {
        if (error instanceof JSONPathRecursionLimitError || error instanceof MemberLimitError)
          return undefined;
        throw error;
      }
    };
  };
  return { compile };
}

/** RFC 9535, 2.4.6 and 2.4.7, in bounded time. An expression that is no I-Regexp (RFC 9485) matches nothing. */
function regExpFunction(anchor: (expression: string) => string): jsonpath.FilterFunction {
  const strict = new jsonpath.functions.Match({ throwErrors: true });
  const call = (text: unknown, expression: unknown): boolean => {
    if (typeof text !== 'string' || typeof expression !== 'string') return false;
    try {
      strict.call('', expression);
      // RFC 9485, 5.3: a dot outside of a class is any character but a line feed and a carriage return.
      const mapped = expression.replace(/\\.|\[(?:\\.|[^\]\\])*\]?|\./gs, part =>
        part === '.' ? '[^\\n\\r]' : part,
      );
      return conditionTest(anchor(mapped))(text);
    } catch {
      return false;
    }
  };
  return { argTypes: strict.argTypes, returnType: strict.returnType, call };
}
