// Takes secrets out of a body in place: what is not secret keeps its bytes.
import { Buffer } from 'node:buffer';
import { decodeBody, type Message } from './body.ts';
import { type Body, isRecorded, parsePairs } from './exchange.ts';
import { editJson, type JsonToken } from './json-text.ts';
import { cleanRaw, type Rules } from './places.ts';
import { textOf } from './text.ts';

export function redactBody(half: 'request' | 'response', message: Message, rules: Rules): Body {
  const { body } = message;
  if (!isRecorded(body) || body.length === 0) return body;
  const { kind } = decodeBody(message);
  const source = textOf(message);
  if (source === undefined) {
    // Bytes of no charset, each as a character, so that none of them is lost.
    const text = Buffer.from(body).toString('latin1');
    const clean = redactRaw(half, text, rules);
    return clean === text ? body : Buffer.from(clean, 'latin1');
  }
  const { text, write } = source;
  const clean =
    kind === 'json'
      ? redactJson(half, text, rules)
      : kind === 'form'
        ? redactForm(half, text, rules)
        : redactRaw(half, text, rules);
  return clean === text ? body : write(clean);
}

function redactJson(half: string, text: string, rules: Rules): string {
  return editJson(text, rules.isSecret, token => redactToken(half, token, rules)) ?? text;
}

/** @returns the JSON text to stand there instead; undefined: it stays */
function redactToken(
  half: string,
  { kind, text, name, hidden, path }: JsonToken,
  rules: Rules,
): string | undefined {
  const { edit, scrub, clean, placeholder, number } = rules;
  // A number is only known to be secret by its name, or because it was sent as one elsewhere.
  if (kind === 'number' && !hidden && (text.length < 6 || scrub(text) !== placeholder(text)))
    return undefined;
  const work = (): string => {
    if (kind === 'number') return number(text);
    return kind === 'name' ? scrub(text) : hidden ? placeholder(text) : clean(text, name);
  };
  const edited = work();
  if (edited === text) return undefined;
  // Most tokens stay as they are, and their places need not be made up.
  edit([half, 'body', ...path().map(scrub)], text, work);
  return kind === 'number' ? edited : JSON.stringify(edited);
}

function redactForm(half: string, text: string, { edit, isSecret, scrub, clean, encoded }: Rules): string {
  const pieces = text.split('&').map(piece => {
    const [pair] = parsePairs(piece);
    const equals = piece.indexOf('=') + 1;
    if (pair === undefined || equals === 0) return piece === '' ? piece : scrub(piece);
    const name = scrub(pair.name);
    return edit([half, 'body', name], piece, () => {
      const before = name === pair.name ? piece.slice(0, equals) : `${encodeURIComponent(name)}=`;
      return (
        before +
        (isSecret(pair.name)
          ? encoded(pair.raw)
          : cleanRaw(pair.raw, pair.value, value => clean(value, pair.name)))
      );
    });
  });
  return pieces.join('&');
}

/** Of what is no JSON and no form, names and values are looked for as they are usually written. */
function redactRaw(half: string, text: string, { edit, isSecret, clean, placeholder }: Rules): string {
  const hide = (whole: string, before: string, name: string, value: string): string =>
    isSecret(name) ? before + placeholder(value) : whole;
  return edit([half, 'body'], text, () =>
    clean(text, undefined)
      .replace(/("([^"\\\r\n]{1,100})"\s*:\s*")((?:[^"\\]|\\.)*)/g, hide)
      .replace(/("([^"\\\r\n]{1,100})"\s*:\s*)(\d+)/g, hide)
      .replace(/(<([\w:.-]{1,100})(?:\s[^<>]*)?>(?:<!\[CDATA\[)?)([^<]+)/g, hide)
      .replace(
        /(\bname=["']?([\w.-]{1,100})["']?[^<>\r\n]{0,200}?\b(?:value|content)=["']?)([^"'<>]+)/g,
        hide,
      )
      .replace(/^([ \t-]{0,50}([\w.-]{1,100})[ \t]{0,20}[:=][ \t]{0,20})([^\r\n]+)/gm, hide)
      .replace(
        /(\bname="?([^"\r\n;]{1,100})"?(?:;[^\r\n]{0,500})?\r\n(?:[^\r\n]{1,500}\r\n){0,10}\r\n)([\s\S]*?)(?=\r\n--|$)/g,
        hide,
      ),
  );
}
