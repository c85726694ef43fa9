// Redacts a body: replaces secrets by placeholders and preserves all other bytes.
import { Buffer } from 'node:buffer';
import { decodeBody } from './body.ts';
import { decodeBodyText } from './charset.ts';
import { editJson, type JsonToken } from './edit-json.ts';
import { type Body, isRecorded, parsePairs } from './exchange.ts';
import { splitItems, tableCells } from './items.ts';
import { labelledPairs } from './labelled-values.ts';
import { itemFormatOf, mediaTypeOf } from './media-type.ts';
import { type Redactor, redactEncoded } from './redaction-log.ts';
import type { Message } from './text-body.ts';

/** @returns the same body when it contains no secret */
export function redactBody(side: 'request' | 'response', message: Message, redactor: Redactor): Body {
  const { body } = message;
  if (!isRecorded(body) || body.length === 0) return body;
  const { kind } = decodeBody(message);
  const source = decodeBodyText(message);
  if (source === undefined) {
    // Binary data: latin1 maps each byte to one character and back.
    const text = Buffer.from(body).toString('latin1');
    const redacted = redactRaw(side, text, redactor);
    return redacted === text ? body : Buffer.from(redacted, 'latin1');
  }
  const { text, encode } = source;
  const redacted =
    kind === 'json' || kind === 'deep-json'
      ? redactJson(side, text, redactor)
      : kind === 'form'
        ? redactForm(side, text, redactor)
        : redactItems(side, message, text, redactor);
  return redacted === text ? body : encode(redacted);
}

function redactJson(side: string, text: string, redactor: Redactor): string {
  return editJson(text, redactor.isSecret, token => redactToken(side, token, redactor)) ?? text;
}

/** @returns the replacement as JSON text; undefined: no change */
function redactToken(
  side: string,
  { kind, text, name, isSecret: hidden, path }: JsonToken,
  redactor: Redactor,
): string | undefined {
  const { replaceAt, scrub, redactText, placeholder, numberPlaceholder } = redactor;
  // A number is secret only by its name, or because the same digits are a secret elsewhere in the exchange.
  if (kind === 'number' && !hidden && (text.length < 6 || scrub(text) !== placeholder(text)))
    return undefined;
  const replace = (): string => {
    if (kind === 'number') return numberPlaceholder(text);
    return kind === 'name' ? scrub(text) : hidden ? placeholder(text) : redactText(text, name);
  };
  const edited = replace();
  if (edited === text) return undefined;
  // Most tokens are unchanged: build the path only for the others.
  replaceAt([side, 'body', ...path().map(scrub)], text, replace);
  return kind === 'number' ? edited : JSON.stringify(edited);
}

/** Redacts the JSON of each item by the names of its members, and the text between. */
function redactItems(side: string, message: Message, text: string, redactor: Redactor): string {
  const format = itemFormatOf(mediaTypeOf(message.headers)?.essence ?? '');
  if (format === undefined) return redactRaw(side, text, redactor);
  if (format === 'csv' || format === 'tsv') return redactTable(side, format, text, redactor);
  const pieces: string[] = [];
  let between = '';
  const flush = (): void => {
    pieces.push(between.trim() === '' ? between : redactRaw(side, between, redactor));
    between = '';
  };
  for (const item of splitItems(format, text)) {
    const [from, to] = format === 'events' ? dataLine(item) : [item.search(/[[{"]/), item.length];
    const json = from < 0 ? '' : item.slice(from, to);
    if (!isJsonText(json)) {
      between += item;
      continue;
    }
    between += item.slice(0, from);
    flush();
    pieces.push(redactJson(side, json, redactor));
    between = item.slice(to);
  }
  flush();
  return pieces.join('');
}

/** Where the first data of an event that may be JSON begins and ends; negative: there is none. */
function dataLine(event: string): [from: number, to: number] {
  const [before] = /(?:^|[\r\n])data: ?(?=[[{])/.exec(event) ?? [];
  if (before === undefined) return [-1, -1];
  const from = event.indexOf(before) + before.length;
  const length = event.slice(from).search(/[\r\n]/);
  return [from, length < 0 ? event.length : from + length];
}

function isJsonText(text: string): boolean {
  if (text === '') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The first record may have the names of the columns. */
function redactTable(side: string, format: 'csv' | 'tsv', text: string, redactor: Redactor): string {
  const { isSecret, placeholder, redactText, replaceAt } = redactor;
  const rows = tableCells(format === 'csv' ? text : text.replaceAll(/["',]/g, '_').replaceAll('\t', ','));
  if ('malformed' in rows) return redactRaw(side, text, redactor);
  const names = (rows[0] ?? []).map(cell => cell.text.replace(/^\ufeff/, ''));
  const pieces: string[] = [];
  let copied = 0;
  for (const [index, row] of rows.entries())
    for (const [column, { from, to }] of row.entries()) {
      const raw = text.slice(from, to);
      const name = index === 0 ? '' : (names[column] ?? '');
      const isQuoted = format === 'csv' && raw.startsWith('"');
      const value = isQuoted ? raw.slice(1, -1).replaceAll('""', '"') : raw;
      const replaced = replaceAt([side, 'body', String(Math.max(0, index - 1)), name], value, () =>
        isSecret(name) && value !== '' ? placeholder(value) : redactText(value, name),
      );
      if (replaced === value) continue;
      pieces.push(text.slice(copied, from), isQuoted ? `"${replaced.replaceAll('"', '""')}"` : replaced);
      copied = to;
    }
  return pieces.join('') + text.slice(copied);
}

function redactForm(
  side: string,
  text: string,
  { replaceAt, isSecret, scrub, redactText, encodedPlaceholder }: Redactor,
): string {
  const labelled = labelledPairs(parsePairs(text), isSecret);
  const pieces = text.split('&').map(piece => {
    const [pair] = parsePairs(piece);
    const equals = piece.indexOf('=') + 1;
    if (pair === undefined || equals === 0) return piece === '' ? piece : scrub(piece);
    const name = scrub(pair.name);
    return replaceAt([side, 'body', name], piece, () => {
      const before = name === pair.name ? piece.slice(0, equals) : `${encodeURIComponent(name)}=`;
      return (
        before +
        (isSecret(pair.name) || labelled.has(pair.name)
          ? encodedPlaceholder(pair.raw)
          : redactEncoded(pair.raw, pair.value, value => redactText(value, pair.name)))
      );
    });
  });
  return pieces.join('&');
}

/** For text that is neither JSON nor a form. */
function redactRaw(side: string, text: string, redactor: Redactor): string {
  return redactor.replaceAt([side, 'body'], text, () =>
    redactNotations(redactor.redactText(text, undefined), redactor),
  );
}

/** Finds names and values in the usual notations of JSON, XML, HTML, YAML and multipart. */
export function redactNotations(
  text: string,
  { isSecret, placeholder }: Pick<Redactor, 'isSecret' | 'placeholder'>,
): string {
  const hide = (match: string, before: string, name: string, value: string): string =>
    isSecret(name) ? before + placeholder(value) : match;
  return text
    .replace(/("([^"\\\r\n]{1,100})"\s*:\s*")((?:[^"\\]|\\.)*)/g, hide)
    .replace(/("([^"\\\r\n]{1,100})"\s*:\s*)(\d+)/g, hide)
    .replace(/(<([\w:.-]{1,100})(?:\s[^<>]*)?>(?:<!\[CDATA\[)?)([^<]+)/g, hide)
    .replace(/(\bname=["']?([\w.-]{1,100})["']?[^<>\r\n]{0,200}?\b(?:value|content)=["']?)([^"'<>]+)/g, hide)
    .replace(/(<(?:name|key)>([^<>]{1,100})<\/(?:name|key)>\s{0,50}<value>)([^<]+)/gi, hide)
    .replace(
      /(\b(?:name|key)["']?[ \t]{0,20}:[ \t]{0,20}["']?([\w.-]{1,100})["']?\s{1,50}["']?value["']?[ \t]{0,20}:[ \t]{0,20}["']?)([^\s"'<>]+)/gi,
      hide,
    )
    .replace(/^([ \t-]{0,50}([\w.-]{1,100})[ \t]{0,20}[:=][ \t]{0,20})([^\r\n]+)/gm, hide)
    .replace(
      /(\bname="?([^"\r\n;]{1,100})"?(?:;[^\r\n]{0,500})?\r\n(?:[^\r\n]{1,500}\r\n){0,10}\r\n)([\s\S]*?)(?=\r\n--|$)/g,
      hide,
    );
}
