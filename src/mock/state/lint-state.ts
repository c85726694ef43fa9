// Lints `x-deadringer.state`: what it names must be in the schemas, and each operation that it describes must get its role.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { isObject } from '../../exchange/json.ts';
import { type Finding, formatPosition } from '../../finding/finding.ts';
import { didYouMean } from '../../finding/nearest-word.ts';
import type { ApiSpec, Contract, Operation } from '../../openapi/model.ts';
import type { StateSettings } from '../../openapi/state-settings.ts';
import { schemaAt, successSchema } from './body-places.ts';
import { resourcesOf } from './infer-resources.ts';
import { createShapeReader, type ReadShape } from './schema-shape.ts';

/** The findings about the settings of all documents. A document without settings costs nothing. */
export function lintState({ apis }: Contract): Finding[] {
  return apis.flatMap(api => {
    const described = api.operations.filter(({ state }) => state !== false && Object.keys(state).length > 0);
    if (described.length === 0) return [];
    const readShape = createShapeReader(api);
    const findings = described.flatMap(operation => lintOperation(api, operation, readShape));
    // What a path item or the document declares is found for each operation.
    const keyOf = ({ message, location }: Finding): string =>
      `${message} ${location && formatPosition(location)}`;
    return [...new Map(findings.map(finding => [keyOf(finding), finding])).values()];
  });
}

function lintOperation(api: ApiSpec, operation: Operation, readShape: ReadShape): Finding[] {
  const settings: StateSettings = operation.state === false ? {} : operation.state;
  const found = resourcesOf(api).roleOf(operation);
  const finding = (key: keyof StateSettings, message: string): Finding => ({
    code: 'spec-extension',
    message: `x-deadringer.state.${key}: ${message}`,
    at: '',
    location: api.documents.locate(declarationOf(operation, key)),
  });
  if (found === undefined) {
    const key = (['set', 'role', 'resource'] as const).find(each => settings[each] !== undefined);
    const gap = resourcesOf(api).gaps.find(each => each.operation === operation);
    const reason = gap?.reason ?? noOtherOperation(api, settings.resource);
    return key === undefined ? [] : [finding(key, `${operation.id} has no role in a resource: ${reason}`)];
  }
  const { resource, role } = found;
  const findings: Finding[] = [];
  const body = successSchema(operation);
  if (settings.list !== undefined && role === 'list' && resource.listPlace?.pointer !== settings.list)
    findings.push(finding('list', `the response of ${operation.id} declares no array at "${settings.list}"`));
  if (settings.item !== undefined && role !== 'list' && body !== undefined) {
    if (schemaAt(body, settings.item, readShape) === undefined)
      findings.push(
        finding('item', `the response of ${operation.id} declares nothing at "${settings.item}"`),
      );
  }
  const properties = resource.itemSchema && readShape(resource.itemSchema).properties;
  const check = (key: 'id' | 'unique' | 'set', names: readonly string[]): void => {
    for (const name of names)
      if (properties?.has(name) !== true)
        findings.push(finding(key, `an item of ${resource.name} has no property "${name}"`));
  };
  // The document names the property for all items that have it.
  const isGeneral = declarationOf(operation, 'id').pointer === '/x-deadringer/state/id';
  check('id', settings.id === undefined || isGeneral ? [] : [settings.id]);
  check('unique', settings.unique ?? []);
  check('set', Object.keys(settings.set ?? {}));
  return findings;
}

function noOtherOperation(api: ApiSpec, name: string | undefined): string {
  if (name === undefined) return 'no other operation belongs to its resource';
  const known = resourcesOf(api).resources.map(resource => resource.name);
  return `no other operation has the resource "${name}"${didYouMean(name, known)}`;
}

/** The nearest level that declares the key: the operation, its path item, or the document. */
function declarationOf(operation: Operation, key: keyof StateSettings): DocumentNode {
  const { node, api } = operation;
  const pathItem = api.documents.nodeAt(node.uri, node.pointer.replace(/\/[^/]*$/, ''));
  for (const level of [node, pathItem, api.root]) {
    const extension = isObject(level.value) ? childNode(level, 'x-deadringer') : undefined;
    const state = extension && childNode(extension, 'state');
    const declared = state && childNode(state, key);
    if (declared !== undefined) return declared;
  }
  return node;
}
