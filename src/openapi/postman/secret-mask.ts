// Finds the secrets of a Postman collection, and masks them in everything that is read from it.
import { editJson } from '../../exchange/edit-json.ts';
import { MIN_SECRET_LENGTH } from '../../exchange/find-secrets.ts';
import { isObject, type JsonObject, textOfValue } from '../../exchange/json.ts';
import { createScrubber, isSecretName, mask, maskNumber, splitScheme } from '../../exchange/secrets.ts';
import { objectsOf, stringOf } from '../../recording/json-values.ts';
import { authSettings } from '../../recording/postman-auth.ts';

export interface SecretMask {
  /** Masks the secrets in a text that is no JSON. */
  readonly text: (text: string) => string;
  /** Masks the secrets in a JSON text: those that are known, and the values of names of secrets. */
  readonly json: (text: string) => string;
  /** The names of secret variables. */
  readonly variables: ReadonlySet<string>;
}

/** Bounds the work for a hostile collection. */
const MAX_KNOWN = 500;

/** The settings of an authentication that are credentials. The others say how it is done. */
const CREDENTIALS = new Set(
  'password token value secret authKey consumerKey consumerSecret tokenSecret privateKey accessToken clientSecret clientToken refreshToken accessKey secretKey sessionToken'.split(
    ' ',
  ),
);

/** Members of collections whose names stand for a secret elsewhere, and which have others below them. */
const STRUCTURE = new Set(['auth', 'bearer', 'cookie', 'jwt']);

/** True for a variable whose value is never used. The URL of a service is no secret, whatever its name. */
export function isSecretVariable({ key, id, type, value }: JsonObject): boolean {
  if (type === 'secret') return true;
  return (
    isSecretName(stringOf(key) ?? stringOf(id) ?? '') && !/^https?:\/\/[^@?#]*$/i.test(textOfValue(value))
  );
}

/** @param root the parsed collection */
export function createSecretMask(root: unknown): SecretMask {
  const { known, variables } = findKnownSecrets(root);
  const isSecret = (name: string): boolean => !STRUCTURE.has(name) && isSecretName(name);
  const scrub = createScrubber([...known], { isSecret, placeholder: mask });
  return {
    text: scrub,
    json: text =>
      editJson(text, isSecret, ({ kind, text: value, isSecret: hidden }) => {
        if (kind === 'number') return hidden ? maskNumber(value) : undefined;
        const masked = hidden && !isVariable(value) ? mask(value) : scrub(value);
        return masked === value ? undefined : JSON.stringify(masked);
      }) ?? text,
    variables,
  };
}

/** A text that is only a variable is not the secret itself. */
function isVariable(value: string): boolean {
  return /^\s*\{\{[^{}]*\}\}\s*$/.test(value);
}

/** Credentials, secret variables, and fields with the names of secrets. Iterative: collections may be nested deeply. */
function findKnownSecrets(root: unknown): {
  readonly known: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
} {
  const found = new Set<string>();
  const variables = new Set<string>();
  const add = (value: unknown): void => {
    const bare = splitScheme(stringOf(value) ?? '')[1].trim();
    if (bare.length >= MIN_SECRET_LENGTH && found.size < MAX_KNOWN && !bare.includes('{{')) found.add(bare);
  };
  const pending: unknown[] = [root];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (typeof at !== 'object' || at === null) continue;
    for (const value of Object.values(at))
      if (typeof value === 'object' && value !== null) pending.push(value);
    if (!isObject(at)) continue;
    if (isObject(at.auth))
      for (const [key, value] of authSettings(at.auth, text => text)) if (CREDENTIALS.has(key)) add(value);
    for (const variable of objectsOf(at.variable).filter(isSecretVariable)) {
      variables.add(stringOf(variable.key) ?? stringOf(variable.id) ?? '');
      add(variable.value);
    }
    for (const list of [at.header, at.query, at.urlencoded, at.formdata])
      for (const { key, value } of objectsOf(list)) if (isSecretName(stringOf(key) ?? '')) add(value);
  }
  return { known: found, variables };
}
