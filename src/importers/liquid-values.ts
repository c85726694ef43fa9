// Values in Liquid: operands with filters, members, and the names inside of loops.
import { ownMember } from '../exchange/json.ts';
import { liquidString } from './path-marks.ts';

/** A value in Liquid: an operand, and filters on it. */
export interface LiquidValue {
  readonly operand: string;
  /** With "|" before each. */
  readonly filters: string;
}

/** Whether the template is inside of a loop, where "this" is an item. */
export interface LocalNames {
  readonly isInLoop: boolean;
}

export function plain(operand: string): LiquidValue {
  return { operand, filters: '' };
}

/** Names in a loop are those of its item. */
export function loopValue(steps: readonly string[], { isInLoop }: LocalNames): LiquidValue | undefined {
  if (!isInLoop) return undefined;
  const [first = '', ...rest] = steps;
  const positions: Readonly<Record<string, string>> = {
    '@index': 'forloop.index0',
    '@first': 'forloop.first',
    '@last': 'forloop.last',
  };
  const position = ownMember(positions, first);
  if (position !== undefined) return plain(position);
  return plain(member('item', first === 'this' ? rest : steps));
}

/** Members of a value in Liquid. */
export function member(base: string, steps: readonly string[]): string {
  return steps.reduce(
    (path, step) =>
      /^\d+$/.test(step)
        ? `${path}[${step}]`
        : /^[A-Za-z_][\w-]*$/.test(step)
          ? `${path}.${step}`
          : `${path}[${liquidString(step)}]`,
    base,
  );
}
