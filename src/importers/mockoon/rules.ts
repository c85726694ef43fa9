// Reads the rules of a Mockoon response: conditions on the request, each of which may be inverted.
import { isObject, type JsonObject, ownMember, textOfValue } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { stringOf } from '../../recording/json-values.ts';
import { inAnyCase } from '../any-case.ts';
import { type BodyTest, bodyConditions, checkedJsonPath } from '../body-tests.ts';
import type { ImportedWhen } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import type { PathPattern } from '../path-pattern.ts';
import { allOf, equalText, matching, not, type Predicate, satisfying, toCondition } from '../predicate.ts';

/** What the rules of a route may refer to. */
export interface RuleContext {
  readonly path: PathPattern;
  /** The key under which the session counts the requests of the route. */
  readonly countKey: string;
  /** The value of a data bucket, by id or name; undefined: there is none, or it has templates. */
  readonly bucket: (name: string) => unknown;
}

/** One test of a rule, at its place in the request. */
type RuleTest =
  | {
      readonly in: 'query' | 'headers' | 'cookies' | 'memory';
      readonly name: string;
      readonly predicate: Predicate;
    }
  | { readonly in: 'path'; readonly index: number; readonly predicate: Predicate }
  | { readonly in: 'body'; readonly test: BodyTest }
  | { readonly in: 'method'; readonly methods: readonly string[] };

export interface RuleConditions {
  readonly when: ImportedWhen;
  /** Undefined: the methods of the route. */
  readonly methods: readonly string[] | undefined;
}

/** The targets whose values rules here do not see. */
const WITHOUT_COUNTERPART: Readonly<Record<string, string>> = {
  global_var: 'use "remember" and when: { memory }',
  data_bucket: 'use "remember" and when: { memory }',
  templating: 'test the value that the template reads',
  path: 'write a rule for each path',
};

/**
 * The conditions of rules that must all hold.
 * @param at pointer of the list of rules, below the route
 * @throws NotCarriedOver when conditions have no such test
 */
export function readRules(
  rules: readonly (readonly [JsonObject, string])[],
  context: RuleContext,
): RuleConditions {
  const tests = rules.map(([rule, at]) => readRule(rule, context, at));
  const named = (place: 'query' | 'headers' | 'cookies' | 'memory'): object => {
    const own = tests.flatMap(test => (test.in === place ? [test] : []));
    if (own.length === 0) return {};
    const byName = Map.groupBy(own, ({ name }) => name);
    const entries = [...byName].map(([name, all]) => [
      name,
      toCondition(allOf(all.map(({ predicate }) => predicate))),
    ]);
    return { [place]: Object.fromEntries(entries) as object };
  };
  const path = tests.flatMap(test => (test.in === 'path' ? [test] : []));
  const methods = tests.flatMap(test => (test.in === 'method' ? [test.methods] : []));
  return {
    when: {
      ...(path.length > 0 && {
        path: new Map(
          [...Map.groupBy(path, ({ index }) => index)].map(([index, all]) => [
            index,
            allOf(all.map(({ predicate }) => predicate)),
          ]),
        ),
      }),
      ...named('query'),
      ...named('headers'),
      ...named('cookies'),
      ...named('memory'),
      ...bodyConditions(tests.flatMap(test => (test.in === 'body' ? [test.test] : []))),
    },
    methods: methods[0] && methods.reduce((left, right) => left.filter(each => right.includes(each))),
  };
}

function readRule(rule: JsonObject, context: RuleContext, at: string): RuleTest {
  const target = textOfValue(rule.target);
  const modifier = stringOf(rule.modifier) ?? '';
  const value = stringOf(rule.value) ?? '';
  const operator = textOfValue(rule.operator);
  const remedy = ownMember(WITHOUT_COUNTERPART, target);
  if (remedy !== undefined)
    throw new NotCarriedOver(`rule on ${target}`, 'conditions have no such target', remedy, `${at}/target`);
  if (/\{\{/.test(modifier + value))
    throw new NotCarriedOver(
      'template in a rule',
      'conditions have no templates',
      'write the value itself',
      `${at}/${modifier.includes('{{') ? 'modifier' : 'value'}`,
    );
  if (target === 'method') {
    if (operator === 'equals' && rule.invert !== true)
      return { in: 'method', methods: [value.toUpperCase()] };
    throw new NotCarriedOver(
      'rule on method',
      'only "equals" is carried over',
      'write a route for each method',
      at,
    );
  }
  const plain = readOperator(
    operator,
    target === 'request_number' ? previous(value, operator, at) : value,
    context,
    at,
  );
  const inverted = rule.invert === true ? not(plain) : plain;
  switch (target) {
    case 'request_number':
      // The count is that of the requests before.
      return {
        in: 'memory',
        name: context.countKey,
        predicate:
          value === '1' && operator === 'equals' ? orAbsent(inverted, rule.invert !== true) : inverted,
      };
    case 'query':
      if (modifier !== '') return { in: 'query', name: queryName(modifier), predicate: inverted };
      break;
    case 'header':
      if (modifier !== '') return { in: 'headers', name: modifier, predicate: inverted };
      break;
    case 'cookie':
      if (modifier !== '') return { in: 'cookies', name: modifier, predicate: inverted };
      break;
    case 'params': {
      const index = context.path.segments.findIndex(each => 'name' in each && each.name === modifier);
      if (index >= 0) return { in: 'path', index, predicate: inverted };
      break;
    }
    case 'body':
      return {
        in: 'body',
        test: { key: bodyKey(modifier, operator, `${at}/modifier`), predicate: inverted },
      };
    default:
  }
  throw new NotCarriedOver(
    `rule on ${target}`,
    modifier === '' ? 'it names no part of the request' : `the route has no "${modifier}"`,
    'name the part in "modifier"',
    at,
  );
}

function orAbsent(predicate: Predicate, absent: boolean): Predicate {
  return { ...predicate, absent };
}

function previous(value: string, operator: string, at: string): string {
  if (operator === 'equals' && /^\d+$/.test(value)) return String(Number(value) - 1);
  throw new NotCarriedOver(
    'rule on request_number',
    'only "equals" with a number is carried over',
    'use a list of replies',
    at,
  );
}

/** Mockoon reads "a.b" as the parameter a[b]. */
function queryName(modifier: string): string {
  const [first = '', ...rest] = modifier.replace(/^\$\./, '').split('.');
  return first + rest.map(each => `[${each}]`).join('');
}

/** An object path ("a.b.0"), a JSONPath, or nothing for the whole body. */
function bodyKey(modifier: string, operator: string, at: string): string | undefined {
  if (modifier === '') return /^(?:equals|regex|regex_i|null)$/.test(operator) ? undefined : '';
  if (modifier.startsWith('$')) return checkedJsonPath(modifier, at);
  return jsonPointer(...modifier.split(/(?<!\\)\./).map(step => step.replace(/\\\./g, '.')));
}

function readOperator(operator: string, value: string, { bucket }: RuleContext, at: string): Predicate {
  switch (operator) {
    case 'equals':
      return equalText(value);
    case 'regex':
      return matching(value, `${at}/value`);
    case 'regex_i':
      return matching(inAnyCase(value), `${at}/value`);
    case 'null':
      return { schema: { enum: [null, ''] }, absent: true };
    case 'empty_array':
      return satisfying({ type: 'array', maxItems: 0 });
    case 'array_includes':
      return satisfying({ type: 'array', contains: equalText(value).schema });
    case 'valid_json_schema': {
      const schema = bucket(value);
      if (isObject(schema)) {
        const { $schema: _, ...rest } = schema;
        return satisfying(rest);
      }
      throw new NotCarriedOver(
        'valid_json_schema',
        `there is no data bucket "${value}" with a schema`,
        'write the schema in the rule',
        `${at}/value`,
      );
    }
    default:
      throw new NotCarriedOver(
        `operator ${operator}`,
        'it is unknown',
        'write the condition by hand, see docs/scenarios.md',
        `${at}/operator`,
      );
  }
}
