// Converts security definitions of Swagger 2.0 to security schemes.
import type { DocumentNode } from '../../document/documents.ts';
import { type Conversion, isObjectNode, membersOf, type ObjectNode } from './conversion.ts';

const KEYS = new Set('type description name in flow authorizationUrl tokenUrl scopes'.split(' '));
const FLOWS: ReadonlyMap<unknown, string> = new Map([
  ['implicit', 'implicit'],
  ['password', 'password'],
  ['application', 'clientCredentials'],
  ['accessCode', 'authorizationCode'],
]);

export function convertSecurity(conversion: Conversion, node: DocumentNode): unknown {
  if (!isObjectNode(node)) return node.value;
  const members = Object.keys(node.value)
    .filter(name => !name.startsWith('x-'))
    .map(name => {
      const scheme = conversion.child(node, name) as DocumentNode;
      return [name, isObjectNode(scheme) ? convertScheme(conversion, scheme) : scheme.value];
    });
  return conversion.from(node, Object.fromEntries(members));
}

function convertScheme(conversion: Conversion, node: ObjectNode): unknown {
  const { value } = node;
  conversion.checkKeys(node, KEYS, 'security definitions');
  if (value.type === 'basic')
    return conversion.from(node, {
      ...membersOf(value, new Set(['description'])),
      type: 'http',
      scheme: 'basic',
    });
  if (value.type !== 'oauth2') return value;
  const flow = FLOWS.get(value.flow);
  if (flow === undefined)
    conversion.report(
      'spec-security',
      node,
      'an oauth2 definition needs a "flow" of implicit, password, application or accessCode',
      'flow',
    );
  const settings = membersOf(value, new Set(['authorizationUrl', 'tokenUrl', 'scopes']));
  return conversion.from(node, {
    ...membersOf(value, new Set(['description'])),
    type: 'oauth2',
    flows: conversion.from(
      node,
      flow === undefined ? {} : { [flow]: conversion.from(node, { scopes: {}, ...settings }) },
    ),
  });
}
