// Matches regular expressions of ECMA-262 in time proportional to the text: all ways to match are followed at once.
// The sets of states that occur are cached, as in a deterministic automaton.

import type { AST } from '@eslint-community/regexpp';

/** A state of the automaton: it consumes a character, depends on a condition, or only leads to other states. */
interface State {
  readonly accepts?: (character: number) => boolean;
  /** The bit of the condition, see Conditions. */
  readonly condition?: number;
  readonly next: number[];
}

/** A set of states after the same text. */
interface StateSet {
  readonly states: readonly number[];
  /** By the conditions that hold and the next character. */
  readonly edges: Map<number, { readonly isMatch: boolean; readonly next: StateSet }>;
}

/** Whether a condition holds at a position of a text. */
type Holds = (position: number) => boolean;

/** @param earlier the conditions before it: a lookaround may contain others */
type Condition = (characters: readonly number[], earlier: readonly Holds[]) => Holds;

/** Larger automata, such as "(a{1,1000}b){1,1000}", are not built. */
const MAX_STATES = 20_000;
/** Conditions are bits of a number that also holds a character. */
const MAX_CONDITIONS = 24;
/** The cache is emptied when it is full. */
const MAX_EDGES = 20_000;
/** Per text. A tenth of a second. */
const MAX_VISITED = 5_000_000;
const CHARACTERS = 0x110000;
const END_OF_TEXT = CHARACTERS;

/** The expression has a backreference, which no automaton can follow, or a form that is not supported, or it is too large. */
class NotLinear extends Error {}

/**
 * @param flags "u" or ""
 * @returns a function that tells whether a text contains a match, or undefined if that takes too many steps; undefined if the
 * expression cannot be matched in linear time
 */
export function linearMatcher(
  pattern: AST.Pattern,
  flags: string,
): ((text: string) => boolean | undefined) | undefined {
  const states: State[] = [];
  const conditions: Condition[] = [];
  const bits = new Map<string, number>();
  let edges = 0;
  let sets = new Map<string, StateSet>();
  let visited = 0;
  const accept = add({ next: [] });
  let search: Condition;
  try {
    search = matchesFrom(compileAll(pattern.alternatives, accept, false), false);
  } catch (error) {
    if (error instanceof NotLinear) return undefined;
    throw error;
  }
  return text => {
    const characters =
      flags === 'u' ? Array.from(text, toCodePoint) : Array.from(text.split(''), toCodePoint);
    visited = 0;
    try {
      const holds: Holds[] = [];
      for (const condition of conditions) holds.push(condition(characters, holds));
      const matchesAt = search(characters, holds);
      return characters.some((_, position) => matchesAt(position)) || matchesAt(characters.length);
    } catch (error) {
      if (error instanceof NotLinear) return undefined;
      throw error;
    }
  };

  function add(state: State): number {
    if (states.length >= MAX_STATES) throw new NotLinear();
    return states.push(state) - 1;
  }

  /** The first state of the alternatives. `next` follows them; backward: before the text that they match. */
  function compileAll(alternatives: readonly AST.Alternative[], next: number, isBackward: boolean): number {
    const starts = alternatives.map(({ elements }) =>
      (isBackward ? elements : elements.toReversed()).reduce(
        (after, element) => compile(element, after, isBackward),
        next,
      ),
    );
    return starts.length === 1 ? (starts[0] as number) : add({ next: starts });
  }

  function compile(node: AST.Element, next: number, isBackward: boolean): number {
    switch (node.type) {
      case 'Character':
        return add({ accepts: character => character === node.value, next: [next] });
      case 'CharacterClass':
      case 'CharacterSet':
        return add({ accepts: characterTest(node.raw, flags), next: [next] });
      case 'CapturingGroup':
        return compileAll(node.alternatives, next, isBackward);
      case 'Group':
        if (node.modifiers !== null) throw new NotLinear();
        return compileAll(node.alternatives, next, isBackward);
      case 'Quantifier':
        return compileRepetition(node, next, isBackward);
      case 'Assertion':
        return add({ condition: conditionOf(node), next: [next] });
      default:
        throw new NotLinear();
    }
  }

  function compileRepetition(
    { element, min, max }: AST.Quantifier,
    next: number,
    isBackward: boolean,
  ): number {
    let first = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = { next: [next] };
      first = add(loop);
      loop.next.push(compile(element, first, isBackward));
    } else {
      for (let round = min; round < max; round++)
        first = add({ next: [next, compile(element, first, isBackward)] });
    }
    for (let round = 0; round < min; round++) first = compile(element, first, isBackward);
    return first;
  }

  /** The bit of the condition. The same assertion has the same bit. */
  function conditionOf(node: AST.Assertion): number {
    const known = bits.get(node.raw);
    if (known !== undefined) return known;
    const condition = toCondition(node);
    if (conditions.length >= MAX_CONDITIONS) throw new NotLinear();
    const bit = 2 ** (conditions.push(condition) - 1);
    bits.set(node.raw, bit);
    return bit;
  }

  function toCondition(node: AST.Assertion): Condition {
    switch (node.kind) {
      case 'start':
        return () => position => position === 0;
      case 'end':
        return characters => position => position === characters.length;
      case 'word':
        return characters => position =>
          (isWord(characters[position - 1]) !== isWord(characters[position])) !== node.negate;
      default: {
        // A lookahead is matched backward from every end, so that one pass finds all its beginnings.
        const isBackward = node.kind === 'lookahead';
        const start = compileAll(node.alternatives, accept, isBackward);
        const inner = matchesFrom(start, isBackward);
        return (characters, earlier) => {
          const holds = inner(characters, earlier);
          return position => holds(position) !== node.negate;
        };
      }
    }
  }

  /** Where a match that begins anywhere before (backward: after) the position ends. */
  function matchesFrom(start: number, isBackward: boolean): Condition {
    return (characters, tests) => {
      const step = isBackward ? -1 : 1;
      const ends = new Uint8Array(characters.length + 1);
      let set = setOf([], start);
      for (let left = characters.length, at = isBackward ? left : 0; left >= 0; left--, at += step) {
        let holding = 0;
        for (let index = 0; index < tests.length; index++)
          if ((tests[index] as Holds)(at)) holding += 2 ** index;
        const character = left === 0 ? END_OF_TEXT : (characters[isBackward ? at - 1 : at] as number);
        const key = holding * (CHARACTERS + 1) + character;
        let edge = set.edges.get(key);
        if (edge === undefined) {
          edge = follow(set, holding, character, start);
          if (++edges > MAX_EDGES) {
            edges = 0;
            sets = new Map();
          }
          set.edges.set(key, edge);
        }
        if (edge.isMatch) ends[at] = 1;
        set = edge.next;
      }
      return position => ends[position] === 1;
    };
  }

  function follow(from: StateSet, holding: number, character: number, start: number) {
    const reached = new Set(from.states);
    const next = new Set<number>();
    for (const id of reached) {
      if (++visited > MAX_VISITED) throw new NotLinear();
      const { accepts, condition, next: targets } = states[id] as State;
      if (accepts !== undefined) {
        if (character !== END_OF_TEXT && accepts(character)) for (const target of targets) next.add(target);
      } else if (condition === undefined || (Math.floor(holding / condition) & 1) === 1) {
        for (const target of targets) reached.add(target);
      }
    }
    return { isMatch: reached.has(accept), next: setOf([...next], start) };
  }

  /** A match may begin at every position, so every set contains the first state. */
  function setOf(after: readonly number[], start: number): StateSet {
    const ids = [...new Set([...after, start])].sort((one, other) => one - other);
    const key = ids.join();
    let set = sets.get(key);
    if (set === undefined) {
      set = { states: ids, edges: new Map() };
      sets.set(key, set);
    }
    return set;
  }
}

function toCodePoint(character: string): number {
  return character.codePointAt(0) as number;
}

function isWord(character: number | undefined): boolean {
  return character !== undefined && /^\w$/.test(String.fromCodePoint(character));
}

const ASCII = 128;

/** Tests a character against a class or an escape such as "\s", with the results for ASCII kept. */
function characterTest(raw: string, flags: string): (character: number) => boolean {
  const regExp = new RegExp(`^${raw}$`, flags);
  const known: (boolean | undefined)[] = new Array(ASCII);
  return character => {
    if (character >= ASCII) return regExp.test(String.fromCodePoint(character));
    known[character] ??= regExp.test(String.fromCodePoint(character));
    return known[character] as boolean;
  };
}
