// Suggests how the documents could take in what the traffic shows and they do not name: OpenAPI Overlay 1.0, never applied here.
import type { ApiSpec, Contract } from '../contract/contract.ts';
import { isObject, type Part } from '../contract/sources.ts';
import { follow, splitPointer } from '../finding/pointer.ts';
import type { Group, Report } from './report.ts';

export interface Overlay {
  readonly overlay: '1.0.0';
  readonly info: { readonly title: string; readonly version: string };
  /** The document that it is written for, as it was named. */
  readonly extends: string;
  readonly actions: readonly Action[];
}

interface Action {
  /** JSONPath (RFC 9535), in its normalized form. */
  readonly target: string;
  readonly description: string;
  readonly update: object;
}

/** @returns one overlay for each file that would have to change, by the file */
export function suggestOverlays(report: Report, contract: Contract): Map<string, Overlay> {
  const overlays = new Map<string, Overlay & { actions: Action[] }>();
  for (const group of report.findings) {
    const api = contract.apis.find(({ name }) => name === group.api);
    const suggested = api && suggest(api, group);
    if (suggested === undefined) continue;
    const file = api?.sources.file(suggested.part.uri) ?? '';
    let overlay = overlays.get(file);
    if (overlay === undefined) {
      const title = `What traffic shows and ${file} does not name`;
      overlay = { overlay: '1.0.0', info: { title, version: '1.0.0' }, extends: file, actions: [] };
      overlays.set(file, overlay);
    }
    const description = `${group.message} (seen in ${group.exchanges === 1 ? 'one exchange' : `${group.exchanges} exchanges`})`;
    overlay.actions.push({
      target: toJsonPath(api?.sources.root(suggested.part.uri).value, suggested.part.pointer),
      description,
      update: suggested.update,
    });
  }
  return overlays;
}

interface Suggestion {
  /** The part of the document that the update is merged into. */
  readonly part: { readonly uri: string; readonly pointer: string };
  readonly update: object;
}

function suggest(api: ApiSpec, group: Group): Suggestion | undefined {
  if (group.kind !== 'undocumented' || group.clause === undefined) return undefined;
  const part = partOf(api, group.clause);
  if (part === undefined) return undefined;
  const name = splitPointer(group.at).at(-1) ?? '';
  switch (group.code) {
    case 'operation-undocumented':
      return { part, update: ofEndpoint(group) };
    case 'status-undocumented':
      return { part, update: { responses: responses(group.observed) } };
    case 'response-media-type':
    case 'response-body-undocumented':
      return { part, update: { content: contents(group.observed) } };
    case 'request-body-undocumented':
      return { part, update: { requestBody: { content: contents(group.observed) } } };
    case 'parameter-undocumented':
      return name === '*'
        ? undefined
        : { part, update: { parameters: [{ name, in: 'query', schema: { type: 'string' } }] } };
    case 'request-property-undocumented':
    case 'response-property-undocumented':
      return name === '*' ? undefined : ofProperty(api, part, name, group.observed);
    default:
      return undefined;
  }
}

/** Where the schema is only referred to, what it refers to is what would have to change. */
function ofProperty(api: ApiSpec, part: Part, name: string, observed: readonly string[]): Suggestion {
  let at = part;
  for (let hops = 0; isObject(at.value) && typeof at.value.$ref === 'string' && hops < 100; hops++) {
    const target = api.sources.target(at, at.value.$ref);
    if (target === undefined) break;
    at = target;
  }
  return { part: at, update: { properties: { [name]: typed(api.version, observed) } } };
}

function typed(version: ApiSpec['version'], observed: readonly string[]): object {
  const types = observed.includes('number') ? observed.filter(type => type !== 'integer') : observed;
  const [first, ...others] = types.filter(type => type !== 'null');
  if (version === '3.1')
    return types.length === 0 ? {} : { type: types.length === 1 ? types[0] : [...types] };
  const nullable = types.includes('null') ? { nullable: true } : {};
  return first === undefined || others.length > 0 ? nullable : { type: first, ...nullable };
}

/** @param observed "404 application/json", or "204" where there was no body */
function responses(observed: readonly string[]): object {
  const byStatus = new Map<string, string[]>();
  for (const seen of observed) {
    const [status = '', mediaType] = seen.split(' ');
    const known = byStatus.get(status) ?? [];
    byStatus.set(status, mediaType === undefined ? known : [...known, mediaType]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, mediaTypes]) => [
      status,
      {
        description: 'Seen in traffic.',
        ...(mediaTypes.length > 0 && { content: contents(mediaTypes) }),
      },
    ]),
  );
}

function contents(mediaTypes: readonly string[]): object {
  return Object.fromEntries(mediaTypes.map(mediaType => [mediaType, {}]));
}

function ofEndpoint({ at, operation, observed, sample }: Group): object {
  const names: string[] = [];
  const path = operation.path.replace(/\{\}/g, () => {
    names.push(names.length === 0 ? 'id' : `id${names.length + 1}`);
    return `{${names.at(-1)}}`;
  });
  const sent = sample.request.headers
    .find(([name]) => name === 'content-type')?.[1]
    .split(';')[0]
    ?.trim();
  const hasBody = sent !== undefined && !('text' in sample.request.body && sample.request.body.text === '');
  const added = {
    [operation.method.toLowerCase()]: {
      ...(names.length > 0 && {
        parameters: names.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      }),
      ...(hasBody && { requestBody: { content: contents([sent]) } }),
      responses: responses(observed),
    },
  };
  return at === '/request/method' ? added : { [path]: added };
}

function partOf({ sources }: ApiSpec, { file, pointer }: NonNullable<Group['clause']>): Part | undefined {
  const uri = sources.uris().find(each => sources.file(each) === file);
  return uri === undefined ? undefined : { uri, pointer, value: follow(sources.root(uri).value, pointer) };
}

function toJsonPath(root: unknown, pointer: string): string {
  let path = '$';
  let at = root;
  for (const step of splitPointer(pointer)) {
    path += Array.isArray(at) ? `[${step}]` : `['${step.replace(/[\\']/g, '\\$&')}']`;
    at = (at as Record<string, unknown> | undefined)?.[step];
  }
  return path;
}
