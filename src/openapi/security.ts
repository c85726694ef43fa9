// Reads the security requirements of an operation: its alternatives, with the declared scheme of each requirement.

import { childNode, type DocumentNode, stringMember } from '../document/documents.ts';
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, SecurityRequirement, SecurityScheme } from './model.ts';

/** Reads `security` of the operation, else of the document. An empty list means that no credentials are required. */
export function readSecurity(
  api: ApiSpec,
  operation: DocumentNode,
  report: (finding: Finding) => void,
): SecurityRequirement[][] {
  const node = childNode(operation, 'security') ?? childNode(api.root, 'security');
  if (node === undefined || !Array.isArray(node.value)) return [];
  return node.value.map((_, index) => {
    const alternative = childNode(node, index) as DocumentNode;
    return api.documents.members(alternative).map(([name, scopes]) => ({
      name,
      scopes: Array.isArray(scopes.value) ? scopes.value.map(String) : [],
      scheme: readSecurityScheme(api, name, alternative, report),
      node: scopes,
    }));
  });
}

function readSecurityScheme(
  api: ApiSpec,
  name: string,
  requirement: DocumentNode,
  report: (finding: Finding) => void,
): SecurityScheme {
  const node = api.documents.member(api.root, 'components', 'securitySchemes', name);
  const type = node && stringMember(node, 'type');
  if (node === undefined || type === undefined) {
    const message = `"${name}" is not declared in components.securitySchemes`;
    report({ code: 'spec-security', message, at: '', location: api.documents.locate(requirement) });
    return { type: 'other', declaredType: name };
  }
  const location = stringMember(node, 'in');
  const parameterName = stringMember(node, 'name');
  if (
    type === 'apiKey' &&
    parameterName !== undefined &&
    (location === 'header' || location === 'query' || location === 'cookie')
  ) {
    return { type, in: location, name: parameterName };
  }
  if (type === 'http') return { type, scheme: (stringMember(node, 'scheme') ?? '').toLowerCase() };
  // Both are sent as bearer tokens (RFC 6750).
  if (type === 'oauth2' || type === 'openIdConnect') return { type: 'http', scheme: 'bearer' };
  return { type: 'other', declaredType: type };
}
