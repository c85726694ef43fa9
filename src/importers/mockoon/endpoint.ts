// Reads the paths of Mockoon routes, which are those of Express.
import { NotCarriedOver } from '../not-carried-over.ts';
import { literalPath, type PathPattern, type PathSegment } from '../path-pattern.ts';
import { escapeRegExp, matching } from '../predicate.ts';

/**
 * The paths of an endpoint; an optional last segment gives two.
 * @throws NotCarriedOver when the path has another operator
 */
export function readEndpoint(prefix: string, endpoint: string): PathPattern[] {
  const whole = `/${prefix}/${endpoint}`.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  const optional = /^(.*)\/:(\w+)\?$/.exec(whole);
  if (optional !== null) {
    const [, base = '', name = ''] = optional;
    return [...readEndpoint('', base), ...readEndpoint('', `${base}/:${name}`)];
  }
  const isOpen = /\/(?:\*|\(\.\*\)|:\w+\*)$/.test(whole);
  const { segments } = literalPath(isOpen ? whole.slice(0, whole.lastIndexOf('/')) : whole);
  return [
    { segments: segments.map(segment => readSegment('literal' in segment ? segment.literal : '')), isOpen },
  ];
}

function readSegment(text: string): PathSegment {
  const [, name, expression] = /^:(\w+)(?:\((.+)\))?$/.exec(text) ?? [];
  if (name !== undefined) {
    if (expression === undefined) return { name, expression: undefined };
    matching(`^(?:${expression})$`, '/endpoint');
    return { name, expression: `^(?:${expression})$` };
  }
  if (!/[:*?+()]/.test(text)) return { literal: text };
  if (/^[\w.~*-]+$/.test(text))
    return { name: undefined, expression: `^${text.split('*').map(escapeRegExp).join('.*')}$` };
  throw new NotCarriedOver(
    'endpoint',
    `"${text}" has operators of paths that a document does not have`,
    'write one route for each path',
    '/endpoint',
  );
}
