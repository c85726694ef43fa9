// What Postman adds to a request when it sends it, and does not save: the fields of its authentication and of scripts.
import { isObject, type JsonObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { objectsOf, stringOf } from './json-values.ts';

export function scriptChangesHeaders({ event }: JsonObject): boolean {
  return objectsOf(event).some(
    ({ listen, script }) =>
      listen === 'prerequest' &&
      /request\.(?:headers|addHeader|url|addQueryParams)/.test(JSON.stringify(script ?? '')),
  );
}

/** The settings of a kind of authentication: a list of keys and values, in version 2.0 an object. */
export function authSettings(auth: JsonObject, fill: (text: string) => string): ReadonlyMap<string, string> {
  const settings = auth[stringOf(auth.type) ?? ''];
  const pairs = isObject(settings)
    ? Object.entries(settings)
    : objectsOf(settings).map(({ key, value }) => [stringOf(key) ?? '', value] as const);
  return new Map(pairs.map(([key, value]) => [key, fill(stringOf(value) ?? '')]));
}

/** The fields that the authentication adds: names of headers and pointers of query parameters, as in `Request.withheld`. */
export function authFields(auth: unknown, fill: (text: string) => string): string[] {
  if (!isObject(auth) || auth.type === 'noauth') return [];
  const settings = authSettings(auth, fill);
  const key = settings.get('key') ?? '';
  switch (auth.type) {
    case 'apikey':
      return [settings.get('in') === 'query' ? `/query${jsonPointer(key)}` : key.trim().toLowerCase()];
    case 'oauth2':
      return [settings.get('addTokenTo') === 'queryParams' ? '/query/access_token' : 'authorization'];
    case 'jwt':
      return [
        settings.get('addTokenTo') === 'query'
          ? `/query${jsonPointer(settings.get('queryParamKey') ?? 'token')}`
          : 'authorization',
      ];
    default:
      return ['authorization'];
  }
}
