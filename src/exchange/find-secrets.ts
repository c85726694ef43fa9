// Collects the secret values of an exchange, so that redaction also finds them where no name marks them as secret.
import { Buffer } from 'node:buffer';
import { decodeBody } from './body.ts';
import { decodeBodyText } from './charset.ts';
import { editJson } from './edit-json.ts';
import { encodedFormsOf } from './encoded-forms.ts';
import { looksRandom } from './entropy.ts';
import { type Exchange, type Pair, parseCookies, parsePairs, parseSetCookies } from './exchange.ts';
import { looksLikeJson } from './json.ts';
import { labelledPairs } from './labelled-values.ts';
import { RANDOM_TOKEN, type SecretTest, splitScheme } from './secrets.ts';
import type { Message } from './text-body.ts';

/** Shorter values would match ordinary text. */
export const MIN_SECRET_LENGTH = 6;
/** Bounds the work for a hostile recording. */
const MAX_SECRETS = 500;

/**
 * @param otherSecrets further secret values, such as path parameters
 * @returns each secret in all its encoded forms, at most 500 texts
 */
export function findSecrets(
  { request, response }: Exchange,
  isSecret: SecretTest,
  otherSecrets: readonly string[] = [],
): readonly string[] {
  const found = new Set<string>();
  const addSecret = secretCollector(value => {
    if (value.length >= MIN_SECRET_LENGTH && found.size < MAX_SECRETS) found.add(value);
  });
  for (const value of otherSecrets) addSecret(value);
  collectFromPairs(parsePairs(request.query), name => isSecret(name, true), addSecret);
  for (const message of response === undefined ? [request] : [request, response])
    collectFromMessage(message, isSecret, addSecret);
  return [...found];
}

/**
 * The secrets of one message, also short ones; of a request those of its query too.
 * @param otherSecrets values that are secret for another reason
 */
export function findMessageSecrets(
  message: Message & { readonly query?: string },
  isSecret: SecretTest,
  otherSecrets: readonly string[] = [],
): readonly string[] {
  const found = new Set<string>();
  const addSecret = secretCollector(value => {
    if (value !== '') found.add(value);
  });
  for (const value of otherSecrets) addSecret(value);
  collectFromPairs(parsePairs(message.query ?? ''), name => isSecret(name, true), addSecret);
  collectFromMessage(message, isSecret, addSecret);
  return [...found];
}

/** Adds a secret in each of its encoded forms, without its scheme; of a Basic credential also the user and the password. */
function secretCollector(add: (value: string) => void): (secret: string) => void {
  return secret => {
    const bare = splitScheme(secret)[1].trim();
    for (const form of encodedFormsOf(bare)) add(form);
    if (/^Basic\s/i.test(secret)) {
      for (const part of Buffer.from(bare, 'base64').toString('utf8').split(/:(.*)/s)) add(part);
    }
  };
}

function collectFromMessage(
  message: Message,
  isSecret: SecretTest,
  addSecret: (value: string) => void,
): void {
  for (const [name, values] of Object.entries(message.headers)) {
    if (name === 'cookie') for (const { value } of parseCookies(values?.join('; '))) addSecret(value);
    else if (name === 'set-cookie')
      for (const { value } of parseSetCookies(message.headers)) addSecret(value);
    else if (isSecret(name)) for (const value of values ?? []) addSecret(value);
  }
  const decoded = decodeBody(message);
  if (decoded.kind === 'form') collectFromPairs(decoded.pairs, isSecret, addSecret);
  if (decoded.kind !== 'json' && decoded.kind !== 'deep-json') return;
  // Search the text: the decoded value has only the last of several members with the same name.
  collectFromJson(decodeBodyText(message)?.text ?? '', isSecret, addSecret);
}

function collectFromJson(
  json: string,
  isSecret: (name: string) => boolean,
  addSecret: (value: string) => void,
): void {
  editJson(json, isSecret, ({ kind, text, isSecret: isSecretValue }) => {
    if (isSecretValue || (kind === 'name' && isRandomName(text))) addSecret(text);
    return undefined;
  });
}

function collectFromPairs(
  pairs: readonly Pair[],
  isSecret: (name: string) => boolean,
  addSecret: (value: string) => void,
): void {
  const labelled = labelledPairs(pairs, isSecret);
  for (const { name, value } of pairs) {
    if (isSecret(name) || labelled.has(name)) addSecret(value);
    // A query may be JSON, or have JSON as a value.
    for (const text of [name, value])
      if (/^\s*[[{]/.test(text) && looksLikeJson(text)) collectFromJson(text, isSecret, addSecret);
    // A token that is the whole query, as in a link to log in by mail, parses as a name.
    if (isRandomName(name)) addSecret(name);
  }
}

/** A name is a word. A token in its place is a secret, and findings quote names. */
function isRandomName(name: string): boolean {
  return name.length >= 20 && (looksRandom(name) || name.replace(RANDOM_TOKEN, '') === '');
}
