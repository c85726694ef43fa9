// Decides how a body is shown, from its media type and its content.
import type { Token } from './body-rows.ts';
import { type JsonLines, splitJson } from './json-lines.ts';
import { hexLines, textLines, xmlLines } from './text-lines.ts';

/** A body as the control API writes it. */
export interface StoredBody {
  readonly text?: string;
  readonly base64?: string;
  readonly notRecorded?: string;
}

export type ReadBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'json'; readonly lines: JsonLines }
  | { readonly kind: 'form'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: 'xml' | 'text' | 'bytes';
      readonly lines: readonly (readonly Token[])[];
      /** What is odd about the body. */
      readonly remark?: string;
    };

/** More fields than these are shown as text. */
const MAX_FORM_FIELDS = 500;

export function readBody(body: StoredBody, mediaType: string | undefined): ReadBody {
  if (body.notRecorded !== undefined) return { kind: 'missing', reason: body.notRecorded };
  if (body.base64 !== undefined) return { kind: 'bytes', lines: hexLines(bytesOf(body)) };
  const text = body.text ?? '';
  if (text === '') return { kind: 'empty' };
  const essence = mediaType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (essence === 'application/x-www-form-urlencoded') {
    const fields = [...new URLSearchParams(text)];
    if (fields.length <= MAX_FORM_FIELDS) return { kind: 'form', fields };
  }
  const isJsonType = /[/+]json$/.test(essence);
  if (isJsonType || essence === '' || essence.startsWith('text/plain')) {
    const lines = isJsonType || /^\s*[{[]/.test(text) ? splitJson(text) : undefined;
    if (lines !== undefined) return { kind: 'json', lines };
    if (isJsonType) return { kind: 'text', lines: textLines(text), remark: 'The text is not valid JSON.' };
  }
  if (/[/+]xml$/.test(essence)) return { kind: 'xml', lines: xmlLines(text) };
  return { kind: 'text', lines: textLines(text) };
}

export function bytesOf({ text, base64 }: StoredBody): Uint8Array<ArrayBuffer> {
  if (base64 === undefined) return new TextEncoder().encode(text ?? '');
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}
