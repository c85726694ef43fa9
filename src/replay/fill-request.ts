// Replaces values in a request: path segments, query parameters, headers, cookies, body members.
import { header, type Request } from '../exchange/exchange.ts';
import { replaceBodyValues, type Scalar } from './body-values.ts';

/**
 * @param values by place: "/path/2", "/query/3", "/header/authorization", "/cookie/sid", "/body/order/id"; a cookie without
 * a value is left out
 */
export function fillRequest(request: Request, values: ReadonlyMap<string, Scalar | undefined>): Request {
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
  return replaceBodyValues(
    {
      ...request,
      path: `/${pieces.map((piece, index) => encodedOrSent(path.get(String(index)), piece)).join('/')}`,
      query:
        query.size === 0
          ? request.query
          : pairs.map((pair, index) => withQueryValue(pair, query.get(String(index)))).join('&'),
      headers: withHeaderValues(request, within('/header/'), within('/cookie/'), dropped),
    },
    within('/body'),
  );
}

function encodedOrSent(value: Scalar | undefined, sent: string): string {
  return value === undefined ? sent : encodeURIComponent(String(value).toWellFormed());
}

function withQueryValue(pair: string, value: Scalar | undefined): string {
  return value === undefined ? pair : `${pair.split('=', 1)[0]}=${encodedOrSent(value, '')}`;
}

function withHeaderValues(
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
