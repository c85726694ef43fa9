// Tells operations of one method and path apart: by the query in the path key, and by parameters with one allowed value.

import { followReferences } from '../document/documents.ts';
import { header, parsePairs, type Request } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import type { Contract, Operation } from '../openapi/model.ts';
import type { Match } from './trie.ts';

/** What a request must have in its query or header fields; without `value`, any value. */
interface Condition {
  readonly in: 'query' | 'header';
  readonly name: string;
  readonly value?: string;
  /** True: the name alone is enough. */
  readonly mayBeEmpty?: boolean;
}

interface Variant {
  readonly operation: Operation;
  /** With a value: a request that does not meet them is not for this operation. */
  readonly fixed: readonly Condition[];
  /** Required parameters. */
  readonly required: readonly Condition[];
}

/** The operations that have the method and path of the first one, those with the most conditions first. */
export type Variants = ReadonlyMap<Operation, readonly Variant[]>;

export function findVariants({ apis }: Contract): Variants {
  const variants = new Map<Operation, readonly Variant[]>();
  for (const { operations } of apis) {
    const groups = Map.groupBy(operations, ({ method, path }) => `${method} ${path}`);
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined || group.length === 1) continue;
      variants.set(
        first,
        group
          .map(variantOf)
          .sort(
            (left, right) =>
              right.fixed.length - left.fixed.length || right.required.length - left.required.length,
          ),
      );
    }
  }
  return variants;
}

/** @returns the match of the operation that the query and the header fields select, else `match` */
export function selectVariant(
  variants: Variants,
  match: Match,
  request: Partial<Pick<Request, 'query' | 'headers'>>,
): Match {
  const candidates = variants.get(match.operation);
  if (candidates === undefined) return match;
  const pairs = parsePairs(request.query ?? '');
  const isMet = (condition: Condition): boolean => {
    const sent =
      condition.in === 'query'
        ? pairs.filter(({ name }) => name === condition.name).map(({ value }) => value)
        : [header(request.headers ?? {}, condition.name)].filter(value => value !== undefined);
    return sent.some(
      value =>
        condition.value === undefined || value === condition.value || (value === '' && condition.mayBeEmpty),
    );
  };
  const fitting = candidates.filter(({ fixed }) => fixed.every(isMet));
  const selected =
    fitting.find(({ required }) => required.every(isMet)) ?? fitting.find(({ fixed }) => fixed.length > 0);
  return selected === undefined ? match : { ...match, operation: selected.operation };
}

function variantOf(operation: Operation): Variant {
  const conditions = [...conditionsOfKey(operation), ...conditionsOfParameters(operation)];
  return {
    operation,
    fixed: conditions.filter(({ value }) => value !== undefined),
    required: conditions.filter(({ value }) => value === undefined),
  };
}

/** "/search?type=a" asks for the pair, "/search?type={type}" for the name. */
function conditionsOfKey({ node }: Operation): Condition[] {
  const [, key = ''] = splitPointer(node.pointer);
  const [, query = ''] = /^[^?#{]*(?:\{[^{}?]*\}[^?#{]*)*\?([^#]*)/.exec(key) ?? [];
  return parsePairs(query).map(({ name, value }) => ({
    in: 'query',
    name,
    ...(value === '' || value.includes('{') ? {} : { value }),
  }));
}

function conditionsOfParameters({ api, parameters }: Operation): Condition[] {
  return parameters.flatMap((parameter): Condition[] => {
    const { in: location, name, required, schema } = parameter;
    if (!required || (location !== 'query' && location !== 'header')) return [];
    const condition = { in: location, name: location === 'header' ? name.toLowerCase() : name };
    const keywords = followReferences(api.documents, schema)?.value;
    if (!isObject(keywords)) return [condition];
    const { enum: values = [keywords.const] } = keywords;
    const [only] = Array.isArray(values) && values.length === 1 ? values : [];
    return only === undefined
      ? [condition]
      : [{ ...condition, value: String(only), mayBeEmpty: parameter.allowEmptyValue }];
  });
}
