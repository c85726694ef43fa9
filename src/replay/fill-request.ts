// Replaces values in a request: path segments, query parameters, headers, cookies, body members.
import { header, type Request } from '../exchange/exchange.ts';
import { replaceBodyValues, type Scalar } from './body-values.ts';

/**
 * A copy of the request with the given values.
 * @param values by position: "/path/2", "/query/3", "/header/authorization", "/cookie/sid", "/body/order/id"; undefined
 * removes a cookie
 */
export function fillRequest(request: Request, values: ReadonlyMap<string, Scalar | undefined>): Request {
  if (values.size === 0) return request;
  const valuesBelow = (prefix: string): Map<string, Scalar> =>
    new Map(
      [...values].flatMap(([position, value]) =>
        position.startsWith(prefix) && value !== undefined
          ? [[position.slice(prefix.length), value] as const]
          : [],
      ),
    );
  const removed = new Set(
    [...values].flatMap(([position, value]) => (value === undefined ? [position] : [])),
  );
  const path = valuesBelow('/path/');
  const query = valuesBelow('/query/');
  const pieces = request.path.split('/').slice(1);
  const pairs = request.query.split('&').filter(piece => piece !== '');
  return replaceBodyValues(
    {
      ...request,
      path: `/${pieces.map((piece, index) => encodeOrKeep(path.get(String(index)), piece)).join('/')}`,
      query:
        query.size === 0
          ? request.query
          : pairs.map((pair, index) => withQueryValue(pair, query.get(String(index)))).join('&'),
      headers: withHeaderValues(request, valuesBelow('/header/'), valuesBelow('/cookie/'), removed),
    },
    valuesBelow('/body'),
  );
}

function encodeOrKeep(value: Scalar | undefined, recorded: string): string {
  return value === undefined ? recorded : encodeURIComponent(String(value).toWellFormed());
}

function withQueryValue(pair: string, value: Scalar | undefined): string {
  return value === undefined ? pair : `${pair.split('=', 1)[0]}=${encodeOrKeep(value, '')}`;
}

function withHeaderValues(
  { headers }: Request,
  fields: ReadonlyMap<string, Scalar>,
  cookies: ReadonlyMap<string, Scalar>,
  removed: ReadonlySet<string>,
): Request['headers'] {
  const changed = { ...headers };
  for (const [name, value] of fields) changed[name] = [String(value)];
  const cookie = header(headers, 'cookie');
  if (cookies.size + removed.size === 0 || cookie === undefined || fields.has('cookie')) return changed;
  const pieces = cookie.split(';').flatMap(piece => {
    const name = piece.split('=', 1)[0]?.trim() ?? '';
    const value = cookies.get(name);
    if (removed.has(`/cookie/${name}`)) return [];
    return [value === undefined ? piece.trim() : `${name}=${value}`];
  });
  const { cookie: _cookie, ...others } = changed;
  return pieces.length === 0 ? others : { ...changed, cookie: [pieces.join('; ')] };
}
