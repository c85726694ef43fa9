// Reads requests about stored items: which resource, which parents, which JSON; and changes the session.

import { Buffer } from 'node:buffer';
import { decodeBytes } from '../../exchange/body.ts';
import { parseMediaType } from '../../exchange/media-type.ts';
import { didYouMean } from '../../finding/nearest-word.ts';
import type { Session } from '../../mock/session/session-store.ts';
import { resourcesOf } from '../../mock/state/infer-resources.ts';
import type { Resource } from '../../mock/state/resource.ts';
import { StateFull } from '../../mock/state/tables.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { ControlError, type ControlRequest, parseSessionName, requireApi } from './route.ts';

/** The APIs of the query parameter `api`, or all. @throws ControlError if one does not exist */
export function requestedApis(request: ControlRequest): readonly ApiSpec[] {
  const names = request.query.getAll('api');
  if (names.length === 0) return request.state.config.contract.apis;
  return names.map(api => requireApi({ ...request, params: { api } }));
}

/** The resource of the path parameters. @throws ControlError if it does not exist */
export function requireResource(request: ControlRequest): Resource {
  const api = requireApi(request);
  const { resources } = resourcesOf(api);
  const { resource: name = '' } = request.params;
  const found = resources.find(each => each.name === name);
  if (found !== undefined) return found;
  const known = resources.map(each => each.name);
  throw new ControlError({
    code: 'no-such-control',
    detail: `the API "${api.name}" has no resource "${name}"${didYouMean(name, known)}`,
    hint: `list the resources with "deadringer lint --state" or GET /__deadringer/apis/${encodeURIComponent(api.name)}/resources`,
  });
}

/** The query parameters `parent`, outermost first. @throws ControlError if they are too few or too many */
export function requireParents({ query }: ControlRequest, { name, parents }: Resource): readonly string[] {
  const values = query.getAll('parent');
  if (values.length === parents.length) return values;
  throw new ControlError({
    code: 'bad-control',
    detail:
      parents.length === 0
        ? `items of "${name}" have no parents`
        : `items of "${name}" are below ${parents.join(', ')}`,
    hint: `send ${parents.length === 0 ? 'no query parameter "parent"' : parents.map(each => `parent=<${each}>`).join('&')}`,
  });
}

/** @throws ControlError if the value is not a number from 0 */
export function parseNumber({ query }: ControlRequest, name: string, byDefault: number): number {
  const text = query.get(name);
  if (text === null) return byDefault;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ControlError({ code: 'bad-control', detail: `"${name}" must be a number from 0, not "${text}"` });
}

/** The JSON of a route that reads text: long numbers keep their digits. @throws ControlError if it is not JSON */
export function parseJsonText({ body }: ControlRequest): unknown {
  const bytes = Buffer.from(typeof body === 'string' ? body : '');
  const decoded = decodeBytes(bytes, JSON_TYPE);
  if (decoded.kind === 'json') return decoded.value;
  const reason =
    decoded.kind === 'malformed'
      ? decoded.reason
      : decoded.kind === 'empty'
        ? 'it is empty'
        : 'it is nested too deeply';
  throw new ControlError({ code: 'bad-control', detail: `the body is not usable as JSON: ${reason}` });
}

const JSON_TYPE = parseMediaType('application/json');

/** Changes the session, and creates it if it does not exist. @throws ControlError if the change does not fit into the limits */
export async function changeSession<T>(
  { state, params }: ControlRequest,
  update: (session: Session) => T,
): Promise<T> {
  try {
    return await state.sessions.configure(parseSessionName(params.id), state.now(), update);
  } catch (error) {
    if (!(error instanceof StateFull)) throw error;
    throw new ControlError({ code: 'state-full', detail: error.message, hint: error.hint });
  }
}
