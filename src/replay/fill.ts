// Puts values into the places of a request: pieces of its path, pairs of its query, fields, cookies, members of its body.
import { header, type Request } from '../exchange/exchange.ts';
import { type Scalar, withValues } from './body-values.ts';

/**
 * @param values by place: "/path/2", "/query/3", "/header/authorization", "/cookie/sid", "/body/order/id"; a cookie without
 * a value is left out
 */
export function fill(request: Request, values: ReadonlyMap<string, Scalar | undefined>): Request {
  if (values.size === 0) return request;
  const within = (part: string): Map<string, Scalar> =>
    new Map(
      [...values].flatMap(([place, value]) =>
        place.startsWith(part) && value !== undefined ? [[place.slice(part.length), value] as const] : [],
      ),
    );
  const dropped = new Set([...values].flatMap(([place, value]) => (value === undefined ? [place] : [])));
  const path = within('/path/');
  const query = within('/query/');
  const pieces = request.path.split('/').slice(1);
  const pairs = request.query.split('&').filter(piece => piece !== '');
  return withValues(
    {
      ...request,
      path: `/${pieces.map((piece, index) => replaced(path.get(String(index)), piece)).join('/')}`,
      query:
        query.size === 0
          ? request.query
          : pairs.map((pair, index) => withValue(pair, query.get(String(index)))).join('&'),
      headers: withFields(request, within('/header/'), within('/cookie/'), dropped),
    },
    within('/body'),
  );
}

function replaced(value: Scalar | undefined, sent: string): string {
  return value === undefined ? sent : encodeURIComponent(String(value).toWellFormed());
}

function withValue(pair: string, value: Scalar | undefined): string {
  return value === undefined ? pair : `${pair.split('=', 1)[0]}=${replaced(value, '')}`;
}

function withFields(
  { headers }: Request,
  fields: ReadonlyMap<string, Scalar>,
  cookies: ReadonlyMap<string, Scalar>,
  dropped: ReadonlySet<string>,
): Request['headers'] {
  const changed = { ...headers };
  for (const [name, value] of fields) changed[name] = [String(value)];
  const cookie = header(headers, 'cookie');
  if (cookies.size + dropped.size === 0 || cookie === undefined || fields.has('cookie')) return changed;
  const pieces = cookie.split(';').flatMap(piece => {
    const name = piece.split('=', 1)[0]?.trim() ?? '';
    const value = cookies.get(name);
    if (dropped.has(`/cookie/${name}`)) return [];
    return [value === undefined ? piece.trim() : `${name}=${value}`];
  });
  const { cookie: _cookie, ...others } = changed;
  return pieces.length === 0 ? others : { ...changed, cookie: [pieces.join('; ')] };
}
