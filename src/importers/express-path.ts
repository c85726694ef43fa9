// Reads the paths of Express, which routes of Mockoon and mocks-server have.
import { NotCarriedOver } from './not-carried-over.ts';
import { literalPath, type PathPattern, type PathSegment } from './path-pattern.ts';

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
  const isOpen = /\/(?:\*|:\w+[*+])$/.test(whole);
  const { segments } = literalPath(isOpen ? whole.slice(0, whole.lastIndexOf('/')) : whole);
  return [
    { segments: segments.map(segment => readSegment('literal' in segment ? segment.literal : '')), isOpen },
  ];
}

/** Groups and operators of expressions are texts to some tools, or make parts of a segment optional. */
function readSegment(text: string): PathSegment {
  const name = /^:(\w+)$/.exec(text)?.[1];
  if (name !== undefined) return { name, expression: undefined };
  if (!/[:*?+()]/.test(text)) return { literal: text };
  throw new NotCarriedOver(
    'endpoint',
    `"${text}" has operators of paths that a document does not have`,
    'write one route for each path',
    '/endpoint',
  );
}
