// Takes secrets out of a body in place: what is not secret keeps its bytes.
import { Buffer } from 'node:buffer';
import { decodeBody } from './body.ts';
import { decodeBodyText } from './charset.ts';
import { editJson, type JsonToken } from './edit-json.ts';
import { type Body, isRecorded, parsePairs } from './exchange.ts';
import { type Redactor, redactEncoded } from './redaction-log.ts';
import type { Message } from './text-body.ts';

export function redactBody(side: 'request' | 'response', message: Message, redactor: Redactor): Body {
  const { body } = message;
  if (!isRecorded(body) || body.length === 0) return body;
  const { kind } = decodeBody(message);
  const source = decodeBodyText(message);
  if (source === undefined) {
    // Bytes of no charset, each as a character, so that none of them is lost.
    const text = Buffer.from(body).toString('latin1');
    const redactText = redactRaw(side, text, redactor);
    return redactText === text ? body : Buffer.from(redactText, 'latin1');
  }
  const { text, encode: write } = source;
  const redactText =
    kind === 'json'
      ? redactJson(side, text, redactor)
      : kind === 'form'
        ? redactForm(side, text, redactor)
        : redactRaw(side, text, redactor);
  return redactText === text ? body : write(redactText);
}

function redactJson(side: string, text: string, redactor: Redactor): string {
  return editJson(text, redactor.isSecret, token => redactToken(side, token, redactor)) ?? text;
}

/** @returns the JSON text to stand there instead; undefined: it stays */
function redactToken(
  side: string,
  { kind, text, name, isSecret: hidden, path }: JsonToken,
  redactor: Redactor,
): string | undefined {
  const { replaceAt: edit, scrub, redactText, placeholder, numberPlaceholder: number } = redactor;
  // A number is only known to be secret by its name, or because it was sent as one elsewhere.
  if (kind === 'number' && !hidden && (text.length < 6 || scrub(text) !== placeholder(text)))
    return undefined;
  const work = (): string => {
    if (kind === 'number') return number(text);
    return kind === 'name' ? scrub(text) : hidden ? placeholder(text) : redactText(text, name);
  };
  const edited = work();
  if (edited === text) return undefined;
  // Most tokens stay as they are, and their places need not be made up.
  edit([side, 'body', ...path().map(scrub)], text, work);
  return kind === 'number' ? edited : JSON.stringify(edited);
}

function redactForm(
  side: string,
  text: string,
  { replaceAt: edit, isSecret, scrub, redactText, encodedPlaceholder: encoded }: Redactor,
): string {
  const pieces = text.split('&').map(piece => {
    const [pair] = parsePairs(piece);
    const equals = piece.indexOf('=') + 1;
    if (pair === undefined || equals === 0) return piece === '' ? piece : scrub(piece);
    const name = scrub(pair.name);
    return edit([side, 'body', name], piece, () => {
      const before = name === pair.name ? piece.slice(0, equals) : `${encodeURIComponent(name)}=`;
      return (
        before +
        (isSecret(pair.name)
          ? encoded(pair.raw)
          : redactEncoded(pair.raw, pair.value, value => redactText(value, pair.name)))
      );
    });
  });
  return pieces.join('&');
}

/** Of what is no JSON and no form, names and values are looked for as they are usually written. */
function redactRaw(
  side: string,
  text: string,
  { replaceAt: edit, isSecret, redactText, placeholder }: Redactor,
): string {
  const hide = (whole: string, before: string, name: string, value: string): string =>
    isSecret(name) ? before + placeholder(value) : whole;
  return edit([side, 'body'], text, () =>
    redactText(text, undefined)
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
