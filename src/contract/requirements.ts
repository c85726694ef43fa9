// Security requirements: the alternatives an operation offers, each scheme looked up.
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, Requirement, SecurityScheme } from './contract.ts';
import { child, type Part, text } from './sources.ts';

/** The operation's own `security`, else the document's; none means that anybody may call. */
export function readSecurity(
  api: ApiSpec,
  operation: Part,
  report: (finding: Finding) => void,
): Requirement[][] {
  const part = child(operation, 'security') ?? child(api.document, 'security');
  if (part === undefined || !Array.isArray(part.value)) return [];
  return part.value.map((_, index) => {
    const alternative = child(part, index) as Part;
    return api.sources.entries(alternative).map(([name, scopes]) => ({
      name,
      scopes: Array.isArray(scopes.value) ? scopes.value.map(String) : [],
      scheme: readScheme(api, name, alternative, report),
      part: scopes,
    }));
  });
}

function readScheme(
  api: ApiSpec,
  name: string,
  requirement: Part,
  report: (finding: Finding) => void,
): SecurityScheme {
  const part = api.sources.get(api.document, 'components', 'securitySchemes', name);
  const type = part && text(part, 'type');
  if (part === undefined || type === undefined) {
    const message = `"${name}" is not among components.securitySchemes`;
    report({ code: 'spec-security', message, at: '', clause: api.sources.clause(requirement) });
    return { type: 'other', named: name };
  }
  const place = text(part, 'in');
  const key = text(part, 'name');
  if (
    type === 'apiKey' &&
    key !== undefined &&
    (place === 'header' || place === 'query' || place === 'cookie')
  ) {
    return { type, in: place, name: key };
  }
  if (type === 'http') return { type, scheme: (text(part, 'scheme') ?? '').toLowerCase() };
  // Both travel as bearer tokens.
  if (type === 'oauth2' || type === 'openIdConnect') return { type: 'http', scheme: 'bearer' };
  return { type: 'other', named: type };
}
