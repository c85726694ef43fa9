// Secrets from environment variables, and all encodings in which a secret must be redacted.
import { Buffer } from 'node:buffer';
import { encodedFormsOf } from '../exchange/encoded-forms.ts';
import { InputError } from '../finding/input-error.ts';
import type { Operation } from '../openapi/model.ts';

export interface SecretStore {
  /** @returns the secret of that name, for that API before any other */
  readonly find: (name: string, api: string) => string | undefined;
  /** "set DEADRINGER_SECRET_AUTHORIZATION" */
  readonly hint: (name: string) => string;
  /** All there are, whether they are needed or not: what is known to be secret is shown nowhere. */
  readonly secrets: readonly string[];
}

/**
 * @param environment where the variables are looked up
 * @param named "authorization=STAGING_TOKEN": the variable that has the secret of that name
 * @param apis names of all that are loaded: a recording may call a field so that another's variable would be looked up
 * @throws InputError when one of them is no such thing, or there is no such variable
 */
export function createSecretStore(
  environment: Readonly<Record<string, string | undefined>>,
  named: readonly string[],
  apis: readonly string[],
): SecretStore {
  const variables = new Map<string, string>();
  // Secrets are kept in files, which end with a line break, and no credential does.
  const secretIn = (variable: string): string | undefined => environment[variable]?.replace(/[\r\n]+$/, '');
  for (const text of named) {
    const [, name, variable] = /^([^=\s]+)=([A-Za-z_]\w*)$/.exec(text) ?? [];
    if (name === undefined || variable === undefined)
      throw new InputError(
        'write --secret as name=variable, such as authorization=STAGING_TOKEN: the name of the credential and the environment variable that holds it, not the secret itself',
      );
    if (!secretIn(variable))
      throw new InputError(`the environment variable ${variable} for the secret "${name}" is not set`);
    variables.set(toVariableName(name), variable);
  }
  const prefixOf = (api: string): string => `${VARIABLE_PREFIX}${toVariableName(api)}_`;
  const prefixes = apis.map(prefixOf).sort((left, right) => right.length - left.length);
  return {
    find: (name, api) => {
      const own = secretIn(variables.get(toVariableName(name)) ?? '');
      if (own) return own;
      for (const variable of [prefixOf(api) + toVariableName(name), VARIABLE_PREFIX + toVariableName(name)]) {
        const owningPrefix = prefixes.find(prefix => variable.startsWith(prefix));
        const value =
          owningPrefix === undefined || owningPrefix === prefixOf(api) ? secretIn(variable) : undefined;
        if (value) return value;
      }
      return undefined;
    },
    secrets: Object.keys(environment)
      .filter(variable => variable.startsWith(VARIABLE_PREFIX) || [...variables.values()].includes(variable))
      .flatMap(variable => secretIn(variable) || []),
    hint: name => `set ${VARIABLE_PREFIX}${toVariableName(name)}`,
  };
}

const VARIABLE_PREFIX = 'DEADRINGER_SECRET_';

/** "X_API_KEY" for "x-api-key", "ACCESS_TOKEN" for "accessToken". */
function toVariableName(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toUpperCase();
}

/** Of a path, the step that stood for something random. */
export function hasPathPlaceholder(path: string): boolean {
  return /(?:^|[/.])(?=[^/]*x)(?=[^/]*X)(?=[^/]*0)[xX0_-]{20,}(?:$|[/.])/.test(path);
}

const SCHEME = /^([A-Za-z][\w-]*)[ \t]+(?=\S)/;

/**
 * A secret as a header field carries it: one without a scheme takes that of the placeholder, and "user:password" of a
 * Basic credential is encoded.
 */
export function credentialField(
  secret: string,
  placeholder: string | undefined,
  operation: Operation | undefined,
): string {
  if (SCHEME.test(secret)) return secret;
  const scheme = placeholder === undefined ? httpScheme(operation) : SCHEME.exec(placeholder)?.[1];
  if (scheme === undefined) return secret;
  const isPlain = /^basic$/i.test(scheme) && secret.includes(':');
  return `${scheme} ${isPlain ? Buffer.from(secret).toString('base64') : secret}`;
}

/** How a credential travels that a recording left out altogether. */
function httpScheme(operation: Operation | undefined): string | undefined {
  for (const { scheme } of operation?.security.flat() ?? [])
    if (scheme.type === 'http') return scheme.scheme.charAt(0).toUpperCase() + scheme.scheme.slice(1);
  return undefined;
}

/** Shorter ones would hit innocent text wherever it stands. */
const MIN_LENGTH = 4;

/** All the forms in which a secret may come back in an answer, so that they can be taken out of whatever is shown. */
export function secretForms(secret: string): string[] {
  const withoutScheme = secret.replace(SCHEME, '');
  const isBasic = /^basic\s/i.test(secret);
  const plain = isBasic ? Buffer.from(withoutScheme, 'base64').toString('utf8') : withoutScheme;
  const parts = isBasic || plain.includes(':') ? plain.split(/:(.*)/s) : [];
  const all = [withoutScheme, plain, ...parts];
  // Of base64 both kinds, and either may be without its padding.
  const coded = (['base64', 'base64url'] as const).map(kind =>
    Buffer.from(plain).toString(kind).replace(/=+$/, ''),
  );
  return [...new Set([...all, ...coded].flatMap(encodedFormsOf))].filter(each => each.length >= MIN_LENGTH);
}
