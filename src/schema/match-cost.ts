// An upper bound of the steps that a backtracking engine takes for a regular expression.

import type { AST } from '@eslint-community/regexpp';

interface Cost {
  /** The steps inside the node, for each way to reach it. */
  readonly steps: number;
  /** In how many ways the node can match: the engine may try what follows it once for each. */
  readonly ways: number;
}

/** @param length the length of the text; the bound grows with it */
export function maxMatchSteps({ alternatives }: AST.Pattern, length: number): number {
  const { steps } = sumOf(alternatives, length);
  const isAnchored = alternatives.every(
    ({ elements: [first] }) => first?.type === 'Assertion' && first.kind === 'start',
  );
  return isAnchored ? steps + length : steps * (length + 1);
}

function sumOf(alternatives: readonly AST.Alternative[], length: number, isBackward = false): Cost {
  let steps = 0;
  let ways = 0;
  for (const { elements } of alternatives) {
    let waysBefore = 1;
    for (const element of isBackward ? elements.toReversed() : elements) {
      const cost = costOf(element, length);
      steps += waysBefore * cost.steps;
      waysBefore *= cost.ways;
    }
    steps++;
    ways += waysBefore;
  }
  return { steps, ways };
}

function costOf(node: AST.Element, length: number): Cost {
  switch (node.type) {
    case 'Group':
    case 'CapturingGroup':
      return sumOf(node.alternatives, length);
    case 'Assertion':
      // The engine does not backtrack into a lookaround that has matched.
      return 'alternatives' in node
        ? { steps: sumOf(node.alternatives, length, node.kind === 'lookbehind').steps, ways: 1 }
        : ONE_STEP;
    case 'Backreference':
      return { steps: length + 1, ways: 1 };
    case 'Quantifier':
      return costOfRepetition(node, length);
    default:
      return ONE_STEP;
  }
}

const ONE_STEP: Cost = { steps: 1, ways: 1 };

function costOfRepetition({ element, min, max }: AST.Quantifier, length: number): Cost {
  const { steps, ways } = costOf(element, length);
  const consumes = element.type.startsWith('Character');
  const most = consumes || max === Number.POSITIVE_INFINITY ? Math.min(max, Math.max(length, min) + 1) : max;
  if (ways === 1) return { steps: most * steps + 1, ways: Math.max(most - min, 0) + 1 };
  // Each round can match in each of its ways.
  const waysOfAll = (most + 1) * ways ** most;
  return { steps: waysOfAll * steps + 1, ways: waysOfAll };
}
