// The secret values that an exchange carries, so that they can be found again where no name gives them away.
import { Buffer } from 'node:buffer';
import { decodeBody, type Message } from './body.ts';
import { type Exchange, parseCookies, parsePairs, parseSetCookies } from './exchange.ts';
import { editJson } from './json-text.ts';
import { type SecretTest, splitScheme } from './secrets.ts';
import { textOf } from './text.ts';
import { writingsOf } from './writings.ts';

/** Shorter ones would hit innocent text; and a bound on what a hostile recording can make us look for. */
const SHORTEST = 6;
const MOST = 500;

/** @param also values that are secret for another reason */
export function findSecrets(
  { request, response }: Exchange,
  isSecret: SecretTest,
  also: readonly string[] = [],
): readonly string[] {
  const found = new Set<string>();
  const add = (value: string): void => {
    if (value.length >= SHORTEST && found.size < MOST) found.add(value);
  };
  const take = (value: string): void => {
    const bare = splitScheme(value)[1].trim();
    for (const writing of writingsOf(bare)) add(writing);
    if (/^Basic\s/i.test(value)) {
      for (const part of Buffer.from(bare, 'base64').toString('utf8').split(/:(.*)/s)) add(part);
    }
  };
  for (const value of also) take(value);
  for (const { name, value } of parsePairs(request.query)) if (isSecret(name, true)) take(value);
  for (const message of response === undefined ? [request] : [request, response])
    takeMessage(message, isSecret, take);
  return [...found];
}

function takeMessage(message: Message, isSecret: SecretTest, take: (value: string) => void): void {
  for (const [name, values] of Object.entries(message.headers)) {
    if (name === 'cookie') for (const { value } of parseCookies(values?.join('; '))) take(value);
    else if (name === 'set-cookie') for (const { value } of parseSetCookies(message.headers)) take(value);
    else if (isSecret(name)) for (const value of values ?? []) take(value);
  }
  const decoded = decodeBody(message);
  if (decoded.kind === 'form') for (const { name, value } of decoded.pairs) if (isSecret(name)) take(value);
  if (decoded.kind !== 'json') return;
  // In the text and not in the value, which has only the last of members that share a name.
  editJson(textOf(message)?.text ?? '', isSecret, ({ kind, text, hidden }) => {
    if (hidden && kind !== 'name') take(text);
    return undefined;
  });
}
