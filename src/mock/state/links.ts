// Reads the links of a document that name an item: from a property of a response to the path parameter of an operation.

import { childNode, childNodes, followReferences, stringMember } from '../../document/documents.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import { readPathShape } from './path-shape.ts';

export interface ItemLink {
  /** The operation whose response has the link. */
  readonly source: Operation;
  /** An operation on an item. */
  readonly target: Operation;
  /** The property of the response that has the id of the item. */
  readonly property: string;
}

/** The links of all success responses. Those that name no item are left out. */
export function readLinks(api: ApiSpec): ItemLink[] {
  const byId = new Map(api.operations.map(operation => [operation.id, operation]));
  const byPointer = new Map(api.operations.map(operation => [operation.node.pointer, operation]));
  return api.operations.flatMap(source =>
    source.responses
      .filter(({ status }) => status.startsWith('2'))
      .flatMap(({ node }) => childNodes(childNode(node, 'links')))
      .flatMap(([, declaredLink]): ItemLink[] => {
        const link = followReferences(api.documents, declaredLink);
        if (link === undefined) return [];
        const reference = stringMember(link, 'operationRef') ?? '';
        const target =
          byId.get(stringMember(link, 'operationId') ?? '') ?? byPointer.get(reference.replace(/^#/, ''));
        const parameter = target && readPathShape(target).item?.parameter;
        if (target === undefined || parameter === undefined) return [];
        const declared = childNodes(childNode(link, 'parameters')).find(
          ([name]) => name.replace(/^path\./, '') === parameter,
        );
        const [, pointer] = /^\$response\.body#(\/.+)$/.exec(String(declared?.[1].value)) ?? [];
        const property = splitPointer(pointer ?? '').at(-1);
        return property === undefined ? [] : [{ source, target, property }];
      }),
  );
}
