// Writes the authentication of Postman requests as security schemes. Credentials are never read.
import type { DocumentNode } from '../../document/documents.ts';
import { splitScheme } from '../../exchange/secrets.ts';
import { objectsOf, stringOf } from '../../recording/json-values.ts';
import { readPostmanHeaders } from '../../recording/postman.ts';
import { authSettings } from '../../recording/postman-auth.ts';
import { type FillText, membersAt, type PostmanConversion } from './conversion.ts';

/** A Security Scheme Object of OpenAPI and its name. */
export interface NamedScheme {
  readonly name: string;
  readonly scheme: Readonly<Record<string, unknown>>;
  readonly node: DocumentNode;
}

/** The schemes of the Authorization header for kinds of authentication that have one. */
const HTTP_SCHEMES = new Map(
  Object.entries({
    basic: 'basic',
    bearer: 'bearer',
    digest: 'digest',
    hawk: 'hawk',
    oauth1: 'oauth',
    ntlm: 'ntlm',
    awsv4: 'aws4-hmac-sha256',
    edgegrid: 'eg1-hmac-sha256',
    asap: 'bearer',
  }),
);

/**
 * The scheme of a request: that of its authentication, else that of its Authorization header.
 * @returns undefined: it needs none
 */
export function schemeOf(
  conversion: PostmanConversion,
  request: DocumentNode,
  auth: DocumentNode | undefined,
  fill: FillText,
): NamedScheme | undefined {
  if (auth !== undefined && membersAt(auth).type !== 'noauth') return schemeOfAuth(conversion, auth, fill);
  const [authorization = ''] = readPostmanHeaders(membersAt(request).header, fill).authorization ?? [];
  const scheme = /^(?:bearer|basic|digest)\s*$/i
    .exec(splitScheme(authorization)[0])?.[0]
    .trim()
    .toLowerCase();
  return scheme === undefined ? undefined : { name: scheme, scheme: { type: 'http', scheme }, node: request };
}

function schemeOfAuth(
  conversion: PostmanConversion,
  node: DocumentNode,
  fill: FillText,
): NamedScheme | undefined {
  const auth = membersAt(node);
  const type = stringOf(auth.type) ?? '';
  const settings = authSettings(auth, fill);
  const http = HTTP_SCHEMES.get(type);
  if (http !== undefined) return { name: http, scheme: { type: 'http', scheme: http }, node };
  const inQuery = (name: string): NamedScheme => apiKey('query', name, node);
  switch (type) {
    case 'apikey': {
      const key = settings.get('key')?.trim() ?? '';
      if (key !== '' && !key.includes('{{'))
        return apiKey(settings.get('in') === 'query' ? 'query' : 'header', key, node);
      conversion.report('spec-security', node, 'the API key has no name: it is not checked');
      return undefined;
    }
    case 'oauth2':
      if (settings.get('addTokenTo') === 'queryParams') return inQuery('access_token');
      return { name: 'oauth2', scheme: { type: 'oauth2', flows: flowsOf(auth, settings) }, node };
    case 'jwt':
      if (settings.get('addTokenTo') === 'query') return inQuery(settings.get('queryParamKey') ?? 'token');
      return { name: 'bearer', scheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, node };
    default:
      conversion.report(
        'spec-security',
        node,
        `the authentication "${type}" is not known: it is not checked`,
      );
      return undefined;
  }
}

function apiKey(location: 'header' | 'query', key: string, node: DocumentNode): NamedScheme {
  return { name: `${location} ${key}`, scheme: { type: 'apiKey', in: location, name: key }, node };
}

/** The flow that the settings describe. */
function flowsOf(auth: Readonly<Record<string, unknown>>, settings: ReadonlyMap<string, string>): object {
  const urlOf = (key: string): string => settings.get(key)?.replace(/[?#].*/s, '') ?? '';
  const grant = settings.get('grant_type') ?? 'authorization_code';
  const scopes = Object.fromEntries(
    (settings.get('scope') ?? '')
      .split(/\s+/)
      .flatMap(scope => (scope === '' || scope.includes('{{') ? [] : [[scope, '']])),
  );
  const isToken = objectsOf(auth.oauth2).length > 0;
  const tokenUrl = urlOf('accessTokenUrl');
  const authorizationUrl = urlOf('authUrl');
  if (!isToken) return {};
  if (grant === 'client_credentials') return { clientCredentials: { tokenUrl, scopes } };
  if (grant === 'password_credentials') return { password: { tokenUrl, scopes } };
  if (grant === 'implicit') return { implicit: { authorizationUrl, scopes } };
  return { authorizationCode: { authorizationUrl, tokenUrl, scopes } };
}
