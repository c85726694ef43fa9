// What the Mustache templates of MockServer name, in Liquid.
import { type LiquidValue, member, plain } from '../liquid-values.ts';
import type { TemplateDialect } from '../liquid-writer.ts';
import { PATH_MARK, segmentMark } from '../path-marks.ts';
import { randomInteger } from '../template-helpers.ts';

/** @param names of the variables of the path, by segment */
export function mustacheDialect(names: readonly (string | undefined)[]): TemplateDialect {
  return { path: steps => templateValue(steps, names), call: () => undefined };
}

const VALUES: Readonly<Record<string, LiquidValue>> = {
  now: plain('now'),
  now_iso_8601: { operand: 'now', filters: ' | date: "%Y-%m-%dT%H:%M:%SZ", 0' },
  now_epoch: { operand: 'now', filters: ' | date: "%s" | plus: 0' },
  uuid: plain('uuid'),
  rand_int: randomInteger(0, 10),
  rand_int_10: randomInteger(0, 10),
  rand_int_100: randomInteger(0, 100),
};

/** Values of a name are lists: the first one is that of a text. */
function templateValue(
  [root = '', part = '', name, index, ...rest]: readonly string[],
  names: readonly (string | undefined)[],
): LiquidValue | undefined {
  if (root !== 'request') return part === '' ? VALUES[root] : undefined;
  if (part === 'method') return plain('request.method');
  if (part === 'path') return plain(PATH_MARK);
  if (part === 'body') return plain('request.text');
  if (name === undefined || rest.length > 0 || (index !== undefined && index !== '0')) return undefined;
  switch (part) {
    case 'queryStringParameters':
      return plain(member('request.query', [name]));
    case 'headers':
      return plain(member('request.headers', [name.toLowerCase()]));
    case 'cookies':
      return plain(member('request.cookies', [name]));
    case 'pathParameters': {
      const segment = names.indexOf(name);
      return segment < 0 ? undefined : plain(segmentMark(segment));
    }
    default:
      return undefined;
  }
}
