// Suggests OpenAPI Overlays (1.0) that declare undocumented parts of the traffic.

import type { DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { splitPointer, valueAt } from '../exchange/json-pointer.ts';
import { pathItemWith } from '../openapi/declared-methods.ts';
import type { ApiSpec, Contract } from '../openapi/model.ts';
import type { Issue, Report } from './report.ts';

export interface Overlay {
  readonly overlay: '1.0.0';
  readonly info: { readonly title: string; readonly version: string };
  /** The document, as named on the command line. */
  readonly extends: string;
  readonly actions: readonly Action[];
}

interface Action {
  /** A normalized path (RFC 9535, section 2.7). */
  readonly target: string;
  readonly description: string;
  readonly update: object;
}

/** @returns one overlay for each file that would have to change, by file name */
export function suggestOverlays(report: Report, contract: Contract): Map<string, Overlay> {
  const overlays = new Map<string, Overlay & { actions: Action[] }>();
  for (const issue of report.findings) {
    const api = contract.apis.find(each => each.name === issue.api && mayHaveOverlay(each));
    const suggested = api && suggestUpdate(api, issue);
    if (suggested === undefined) continue;
    const file = api?.documents.file(suggested.node.uri) ?? '';
    let overlay = overlays.get(file);
    if (overlay === undefined) {
      const title = `Undocumented in ${file}, seen in traffic`;
      overlay = { overlay: '1.0.0', info: { title, version: '1.0.0' }, extends: file, actions: [] };
      overlays.set(file, overlay);
    }
    const description = `${issue.message} (seen in ${issue.exchanges === 1 ? '1 exchange' : `${issue.exchanges} exchanges`})`;
    overlay.actions.push({
      target: toJsonPath(api?.documents.root(suggested.node.uri).value, suggested.node.pointer),
      description,
      update: suggested.update,
    });
  }
  return overlays;
}

/** An overlay changes what the user wrote: the targets in a document of another format are not those of OpenAPI. */
export function mayHaveOverlay({ format }: ApiSpec): boolean {
  return format.startsWith('OpenAPI');
}

interface Suggestion {
  /** The node of the document that the update is merged into. */
  readonly node: { readonly uri: string; readonly pointer: string };
  readonly update: object;
}

function suggestUpdate(api: ApiSpec, issue: Issue): Suggestion | undefined {
  if (issue.kind !== 'undocumented' || issue.location === undefined) return undefined;
  const node = nodeAt(api, issue.location);
  if (node === undefined) return undefined;
  const name = splitPointer(issue.at).at(-1) ?? '';
  switch (issue.code) {
    case 'operation-undocumented': {
      const update = pathItemUpdate(api, issue);
      return update && { node, update };
    }
    case 'status-undocumented':
      return { node, update: { responses: responsesObject(issue.observed) } };
    case 'response-media-type':
    case 'response-body-undocumented':
      return { node, update: { content: contentObject(issue.observed) } };
    case 'request-body-undocumented':
      return { node, update: { requestBody: { content: contentObject(issue.observed) } } };
    case 'parameter-undocumented':
      // Of a querystring parameter: a member that its schema does not declare.
      if (isSchema(node)) return propertyUpdate(api, node, name, issue.observed);
      return name === '*'
        ? undefined
        : { node, update: { parameters: [{ name, in: 'query', schema: { type: 'string' } }] } };
    case 'request-property-undocumented':
    case 'response-property-undocumented':
      return name === '*' ? undefined : propertyUpdate(api, node, name, issue.observed);
    default:
      return undefined;
  }
}

function isSchema({ value }: DocumentNode): boolean {
  return (
    isObject(value) && ['type', 'properties', '$ref', 'allOf', 'anyOf', 'oneOf'].some(key => key in value)
  );
}

/** Adds the property to the schema, or to the target of its $ref. */
function propertyUpdate(
  api: ApiSpec,
  node: DocumentNode,
  name: string,
  observed: readonly string[],
): Suggestion {
  let target = node;
  for (let hops = 0; isObject(target.value) && typeof target.value.$ref === 'string' && hops < 100; hops++) {
    const referenced = api.documents.resolve(target, target.value.$ref);
    if (referenced === undefined) break;
    target = referenced;
  }
  return { node: target, update: { properties: { [name]: schemaOfTypes(api.version, observed) } } };
}

function schemaOfTypes(version: ApiSpec['version'], observed: readonly string[]): object {
  const types = observed.includes('number') ? observed.filter(type => type !== 'integer') : observed;
  const [first, ...others] = types.filter(type => type !== 'null');
  if (version !== '3.0')
    return types.length === 0 ? {} : { type: types.length === 1 ? types[0] : [...types] };
  const nullable = types.includes('null') ? { nullable: true } : {};
  return first === undefined || others.length > 0 ? nullable : { type: first, ...nullable };
}

/** @param observed "404 application/json", or "204" without a body */
function responsesObject(observed: readonly string[]): object {
  const byStatus = new Map<string, string[]>();
  for (const item of observed) {
    const [status = '', mediaType] = item.split(' ');
    const known = byStatus.get(status) ?? [];
    byStatus.set(status, mediaType === undefined ? known : [...known, mediaType]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, mediaTypes]) => [
      status,
      {
        description: 'Seen in traffic.',
        ...(mediaTypes.length > 0 && { content: contentObject(mediaTypes) }),
      },
    ]),
  );
}

function contentObject(mediaTypes: readonly string[]): object {
  return Object.fromEntries(mediaTypes.map(mediaType => [mediaType, {}]));
}

function pathItemUpdate(
  api: ApiSpec,
  { at, operation, observed, sample }: Issue,
): Readonly<Record<string, object>> | undefined {
  const names: string[] = [];
  const path = operation.path.replace(/\{\}/g, () => {
    names.push(names.length === 0 ? 'id' : `id${names.length + 1}`);
    return `{${names.at(-1)}}`;
  });
  const contentType = sample.request.headers
    .find(([name]) => name === 'content-type')?.[1]
    .split(';')[0]
    ?.trim();
  const hasBody =
    contentType !== undefined && !('text' in sample.request.body && sample.request.body.text === '');
  const pathItem = pathItemWith(api, operation.method, {
    ...(names.length > 0 && {
      parameters: names.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    }),
    ...(hasBody && { requestBody: { content: contentObject([contentType]) } }),
    responses: responsesObject(observed),
  });
  return at === '/request/method' ? pathItem : pathItem && { [path]: pathItem };
}

function nodeAt(
  { documents }: ApiSpec,
  { file, pointer }: NonNullable<Issue['location']>,
): DocumentNode | undefined {
  const uri = documents.uriOf(file);
  return uri === undefined ? undefined : { uri, pointer, value: valueAt(documents.root(uri).value, pointer) };
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
