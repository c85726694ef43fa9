// Reads the security requirements of an operation: its alternatives, with the declared scheme of each requirement.

import {
  booleanMember,
  childNode,
  childNodes,
  type DocumentNode,
  type DocumentSet,
  stringMember,
} from '../document/documents.ts';
import { textOfValue } from '../exchange/json.ts';
import type { Finding } from '../finding/finding.ts';
import { SWAGGER_2 } from './document-kind.ts';
import type { ApiSpec, SecurityRequirement, SecurityScheme } from './model.ts';

type ReportSecurity = (node: DocumentNode, message: string) => void;

/** Reads `security` of the operation, else of the document. An empty list means that no credentials are required. */
export function readSecurity(
  api: ApiSpec,
  operation: DocumentNode,
  report: (finding: Finding) => void,
): SecurityRequirement[][] {
  const node = childNode(operation, 'security') ?? childNode(api.root, 'security');
  if (node === undefined || node.value === null) return [];
  const reportSecurity: ReportSecurity = (at, message) =>
    report({ code: 'spec-security', message, at: '', location: api.documents.locate(at) });
  const isList = Array.isArray(node.value);
  if (!isList) reportSecurity(node, '"security" must be a list, such as "- name: []"');
  return (isList ? childNodes(node).map(([, alternative]) => alternative) : [node]).map(alternative => {
    const isName = typeof alternative.value === 'string';
    if (isName) reportSecurity(alternative, `write the requirement as an object: "${alternative.value}: []"`);
    const names: [string, DocumentNode][] = isName
      ? [[String(alternative.value), alternative]]
      : childNodes(alternative);
    return names.map(([name, scopes]) => ({
      name,
      scopes: Array.isArray(scopes.value) ? scopes.value.map(textOfValue) : [],
      scheme: readSecurityScheme(api, name, alternative, reportSecurity),
      node: scopes,
    }));
  });
}

/** A scheme that cannot be read has the type "other": it is reported, and not checked. */
function readSecurityScheme(
  { documents, root, format, version }: ApiSpec,
  name: string,
  requirement: DocumentNode,
  report: ReportSecurity,
): SecurityScheme {
  const schemes = documents.tryMember(root, 'components', 'securitySchemes');
  const named = schemes && 'value' in schemes ? childNode(schemes, name) : undefined;
  // OpenAPI 3.2.1, Security Requirement Object: a name that is no component is the URI of a scheme.
  const declared = named ?? (version === '3.2' ? resolveUri(documents, requirement, name) : undefined);
  const node = declared && documents.tryDereference(declared);
  // The reference without a target has been reported.
  if (node !== undefined && 'code' in node) return { type: 'other', declaredType: name };
  const type = node && stringMember(node, 'type');
  if (node === undefined || type === undefined) {
    const place = format === SWAGGER_2 ? 'securityDefinitions' : 'components.securitySchemes';
    report(requirement, `"${name}" is not declared in ${place}`);
    return { type: 'other', declaredType: name };
  }
  const deprecated = booleanMember(node, 'deprecated') === true && { deprecated: true as const };
  const location = stringMember(node, 'in');
  const parameterName = stringMember(node, 'name');
  const scheme = stringMember(node, 'scheme');
  if (
    type === 'apiKey' &&
    parameterName !== undefined &&
    (location === 'header' || location === 'query' || location === 'cookie')
  )
    return { type, in: location, name: parameterName, ...deprecated };
  if (type === 'http' && scheme !== undefined) return { type, scheme: scheme.toLowerCase(), ...deprecated };
  // Both are sent as bearer tokens (RFC 6750).
  if (type === 'oauth2' || type === 'openIdConnect') return { type: 'http', scheme: 'bearer', ...deprecated };
  const needs = NEEDED_BY_TYPE[type];
  if (needs !== undefined) report(node, `the security scheme "${name}" ${needs}`);
  else if (type !== 'mutualTLS') report(node, `"${type}" is not a type of security schemes`);
  return { type: 'other', declaredType: type };
}

function resolveUri(documents: DocumentSet, from: DocumentNode, uri: string): DocumentNode | undefined {
  const identified = documents.identifiers.resolve(from, uri);
  return identified === undefined
    ? documents.resolve(from, uri)
    : documents.nodeAt(identified.uri, identified.pointer);
}

const NEEDED_BY_TYPE: Readonly<Record<string, string>> = {
  apiKey: 'needs a "name", and an "in" of header, query or cookie',
  http: 'needs a "scheme", such as bearer',
};
