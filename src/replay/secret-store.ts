// Secrets from environment variables, and all encodings in which a secret must be redacted.
import { Buffer } from 'node:buffer';
import { encodedFormsOf } from '../exchange/encoded-forms.ts';
import { isPlaceholder, splitScheme } from '../exchange/secrets.ts';
import { InputError } from '../finding/input-error.ts';
import type { Operation } from '../openapi/model.ts';

export interface SecretStore {
  /**
   * The secret of that name; a secret of the API has priority.
   * @param recorded its recorded value or placeholder. The second one of a name in an API is another secret, of another
   * variable: DEADRINGER_SECRET_AUTHORIZATION_2; undefined: not recorded
   */
  readonly find: (name: string, api: string, recorded: string | undefined) => string | undefined;
  /** Advice for a missing secret: "set DEADRINGER_SECRET_AUTHORIZATION". */
  readonly hint: (name: string, api: string, recorded: string | undefined) => string;
  /** All secrets, used or not: reports redact every known secret. */
  readonly secrets: readonly string[];
}

/**
 * Secrets from environment variables: DEADRINGER_SECRET_<NAME>, DEADRINGER_SECRET_<API>_<NAME>, or those of `named`.
 * @param named credential name and variable: "authorization=STAGING_TOKEN"
 * @param apis names of all loaded APIs: a field name in a recording must not select the variable of another API
 * @throws InputError if an item of `named` is malformed, or its variable is not set
 */
export function createSecretStore(
  environment: Readonly<Record<string, string | undefined>>,
  named: readonly string[],
  apis: readonly string[],
): SecretStore {
  const variables = new Map<string, string>();
  // A secret read from a file ends with a line break; no credential does.
  const secretIn = (variable: string): string | undefined =>
    environment[variable]?.replace(/(?<![\r\n])[\r\n]+$/, '');
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
  const numbers = new Map<string, Map<string, number>>();
  /** "AUTHORIZATION" for the first value of a name, "AUTHORIZATION_2" for the second. */
  const numberedName = (name: string, api: string, recorded: string | undefined): string => {
    const variable = toVariableName(name);
    if (recorded === undefined) return variable;
    const scope = `${isPlaceholder(recorded) ? 'placeholder' : 'value'} ${api} ${variable}`;
    const known = numbers.get(scope) ?? new Map<string, number>();
    const [, value] = splitScheme(recorded);
    const number = known.get(value) ?? known.size + 1;
    if (number <= MAX_NUMBERED) numbers.set(scope, known.set(value, number));
    return number === 1 ? variable : `${variable}_${number}`;
  };
  const prefixes = apis.map(prefixOf).sort((left, right) => right.length - left.length);
  return {
    find: (name, api, recorded) => {
      const numbered = numberedName(name, api, recorded);
      const namedSecret = secretIn(variables.get(numbered) ?? '');
      if (namedSecret) return namedSecret;
      for (const variable of [prefixOf(api) + numbered, VARIABLE_PREFIX + numbered]) {
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
    hint: (name, api, recorded) => `set ${VARIABLE_PREFIX}${numberedName(name, api, recorded)}`,
  };
}

/** Values of one name that get a number. Further ones have no variable: all of them would have one more number. */
const MAX_NUMBERED = 1000;

const VARIABLE_PREFIX = 'DEADRINGER_SECRET_';

/** "X_API_KEY" for "x-api-key", "ACCESS_TOKEN" for "accessToken". */
function toVariableName(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toUpperCase();
}

/** Whether a path segment is a placeholder of a redacted random value. */
export function hasPathPlaceholder(path: string): boolean {
  return path
    .split('/')
    .some(
      segment =>
        [...'xX0'].every(sign => segment.includes(sign)) &&
        segment.split('.').some(part => /^[xX0_-]{20,}$/.test(part)),
    );
}

const SCHEME = /^([A-Za-z][\w-]*)[ \t]+(?=\S)/;

/**
 * A secret as a header value. Without a scheme of its own it gets that of the placeholder or the operation;
 * "user:password" is encoded for Basic (RFC 7617).
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

/** The HTTP authentication scheme that the operation declares. */
function httpScheme(operation: Operation | undefined): string | undefined {
  for (const { scheme } of operation?.security.flat() ?? [])
    if (scheme.type === 'http') return scheme.scheme.charAt(0).toUpperCase() + scheme.scheme.slice(1);
  return undefined;
}

/** Shorter secrets would match ordinary text. */
const MIN_LENGTH = 4;

/** All encodings in which a response may repeat a secret; reports redact them. */
export function secretForms(secret: string): string[] {
  const withoutScheme = secret.replace(SCHEME, '');
  const isBasic = /^basic\s/i.test(secret);
  const plain = isBasic ? Buffer.from(withoutScheme, 'base64').toString('utf8') : withoutScheme;
  const parts = isBasic || plain.includes(':') ? plain.split(/:(.*)/s) : [];
  const all = [withoutScheme, plain, ...parts];
  // Base64 and base64url, without padding: it also matches the padded text.
  const coded = (['base64', 'base64url'] as const).map(kind =>
    Buffer.from(plain)
      .toString(kind)
      .replace(/(?<!=)=+$/, ''),
  );
  return [...new Set([...all, ...coded].flatMap(encodedFormsOf))].filter(each => each.length >= MIN_LENGTH);
}
