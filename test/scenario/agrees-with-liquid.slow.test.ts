// Compares the direct evaluation of templates with LiquidJS's evaluation, for random expressions.

import { Liquid } from 'liquidjs';
import { expect, test } from 'vitest';
import type { Operation } from '../../src/openapi/model.ts';
import { Call } from '../../src/scenario/call.ts';
import { parseTemplate, UNDEFINED_VALUE } from '../../src/scenario/template.ts';
import { itemScope, TemplateContext, templateScope } from '../../src/scenario/template-context.ts';
import { fc } from '../random.ts';
import { seedOr } from '../suite.ts';

const BODY = {
  name: 'Ana',
  empty: '',
  none: null,
  count: 7,
  no: false,
  list: [{ id: 2, size: 'of its own' }, { id: 1 }, null, [1, [2]]],
  words: ['b', 'a'],
  deep: { first: 1, last: { size: 3 } },
  size: 9,
  'with-dash': 1,
  constructor: 'own',
};
const MEMORY = { name: 'Bo', list: ['x'], 'two words': 2 };

/** A reproducible sequence of random numbers, from its start. */
function randomSequence(): () => number {
  let state = 0;
  return () => (state = (state + 0.37) % 1);
}

function createContext(random = randomSequence()): TemplateContext {
  const request = {
    method: 'PUT',
    path: '/pets/a%20b',
    query: 'q=1&q=2',
    headers: { 'content-type': ['application/json'], 'x-two': ['one', 'two'], cookie: ['flavour=oat'] },
    body: Buffer.from(JSON.stringify(BODY)),
  };
  const match = { kind: 'operation', operation: {} as Operation, pathValues: { id: 'a%20b' } } as const;
  return new TemplateContext(new Call(match, request, true), MEMORY, 0, random);
}

const liquid = new Liquid({ ownPropertyOnly: true, strictFilters: true, templates: {} });

/** Evaluates with LiquidJS only, with plain values. */
function evaluateWithLiquid(inItem: boolean, evaluate: (scope: object) => unknown): unknown {
  const draw = randomSequence();
  const scope = {
    request: {
      method: 'PUT',
      path: { id: 'a b' },
      query: { q: '2' },
      cookies: { flavour: 'oat' },
      headers: { 'content-type': 'application/json', 'x-two': 'one, two', cookie: 'flavour=oat' },
      body: JSON.parse(JSON.stringify(BODY)) as unknown,
    },
    memory: MEMORY,
    now: '1970-01-01T00:00:00.000Z',
    get random() {
      return draw();
    },
    ...(inItem && { item: BODY.list, index: 1 }),
  };
  return outcome(() => evaluate(scope));
}

function evaluateDirectly(text: string, inItem: boolean): unknown {
  const scope = templateScope(createContext());
  return outcome(() => {
    const evaluate = parseTemplate(text);
    const value = evaluate(inItem ? itemScope(scope, BODY.list, 1) : scope);
    return value === UNDEFINED_VALUE ? undefined : value;
  });
}

function outcome(action: () => unknown): unknown {
  try {
    return { value: action() };
  } catch (error) {
    return { error: (error as Error).message.replace(/, line:\d+, col:\d+$/, '') };
  }
}

const MEMBERS = [
  ...Object.keys(BODY),
  'id',
  'q',
  'flavour',
  'x-two',
  'first',
  'last',
  'length',
  'missing',
  '__proto__',
];
const step = fc.oneof(
  fc.constantFrom(...MEMBERS).map(name => `.${name}`),
  fc.constantFrom(...MEMBERS, 'two words').map(name => `["${name}"]`),
  fc.integer({ min: -3, max: 3 }).map(index => `[${index}]`),
  fc.constantFrom('.0', '.1', '[index]', '[request.body.deep.first]'),
);
const root = fc.constantFrom(
  'request',
  'request.body',
  'request.body',
  'request.path',
  'request.query',
  'request.cookies',
  'request.headers',
  'request["method"]',
  'memory',
  'now',
  'random',
  'item',
  'index',
  'size',
  'first',
  'toString',
  'nobody',
);
const path = fc.tuple(root, fc.array(step, { maxLength: 3 })).map(([from, steps]) => from + steps.join(''));
const literal = fc.constantFrom(
  "'text'",
  '"it\\"s"',
  '1',
  '-2.5',
  'true',
  'false',
  'nil',
  'empty',
  'blank',
  '(1..3)',
);
const operand = fc.oneof({ weight: 3, arbitrary: path }, literal);
const filter = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'default',
        'append',
        'plus',
        'times',
        'join',
        'map',
        'where',
        'sort',
        'slice',
        'date',
        'concat',
        'split',
      ),
      operand,
    )
    .map(([name, argument]) => `${name}: ${argument}`),
  fc.constantFrom(
    'size',
    'upcase',
    'first',
    'last',
    'reverse',
    'uniq',
    'json',
    'url_encode',
    'compact',
    'floor',
  ),
  operand.map(argument => `default: ${argument}, allow_false: true`),
  operand.map(argument => `slice: 0, ${argument}`),
  fc.constant('where_exp: "each", "each.id == request.body.list[1].id"'),
);
const expression = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(operand, fc.array(filter, { maxLength: 3 }))
      .map(([from, filters]) => [from, ...filters].join(' | ')),
  },
  fc
    .tuple(operand, fc.constantFrom('==', '!=', '>', 'contains', 'and', 'or'), operand)
    .map(parts => parts.join(' ')),
);

test('a single output gives the same value or the same error', () => {
  let values = 0;
  fc.assert(
    fc.property(expression, fc.boolean(), (text, inItem) => {
      const expected = evaluateWithLiquid(inItem, scope => liquid.evalValueSync(text, scope));
      if (
        typeof expected === 'object' &&
        expected !== null &&
        'value' in expected &&
        expected.value !== undefined
      )
        values++;
      expect(evaluateDirectly(`{{ ${text} }}`, inItem)).toEqual(expected);
    }),
    { seed: seedOr(12), numRuns: 5000 },
  );
  // Guard against a generator that produces mostly undefined values.
  expect(values).toBeGreaterThan(1500);
});

test('outputs within text give the same string', () => {
  let values = 0;
  const around = fc.constantFrom('', ' ', 'a', '\n- ', '}', '{');
  const output = fc.tuple(
    around,
    fc.constantFrom('{{', '{{-'),
    expression,
    fc.constantFrom('}}', '-}}'),
    around,
  );
  const texts = fc
    .tuple(around, fc.array(output, { minLength: 1, maxLength: 3 }))
    .map(([before, outputs]) => `${before}${outputs.map(parts => parts.join(' ')).join('')}.`);
  fc.assert(
    fc.property(texts, fc.boolean(), (text, inItem) => {
      const expected = evaluateWithLiquid(inItem, scope => liquid.parseAndRenderSync(text, scope) as unknown);
      if (typeof expected === 'object' && expected !== null && 'value' in expected) values++;
      expect(evaluateDirectly(text, inItem)).toEqual(expected);
    }),
    { seed: seedOr(12), numRuns: 3000 },
  );
  expect(values).toBeGreaterThan(1500);
});

test('a rendering is limited by its work: a machine that is slow for a while changes no result', () => {
  const slow = (): number => {
    const end = performance.now() + 250;
    while (performance.now() < end);
    return 0.5;
  };
  const scope = templateScope(createContext(slow));
  expect(parseTemplate('{{ random }} and {{ random }}')(scope)).toBe('0.5 and 0.5');
  expect(parseTemplate('{% for a in (1..2) %}{{ random }} {% endfor %}')(scope)).toBe('0.5 0.5 ');
  const endless = '{% for a in (1..100000) %}{% for b in (1..100) %}{% endfor %}{% endfor %}';
  expect(() => parseTemplate(endless)(scope)).toThrow(/limit exceeded/);
});
