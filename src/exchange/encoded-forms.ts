// The encoded forms of one text in URLs, forms, JSON and HTML, so that redaction finds a secret in each of them.
import { escapePointerStep } from './json-pointer.ts';

/** @returns the text itself first, then each other encoded form once */
export function encodedFormsOf(text: string): string[] {
  // Most keys and tokens have one form.
  if (/^[\w.-]*$/.test(text)) return [text];
  const formed = text.toWellFormed();
  const encoded = [
    encodeURIComponent(formed),
    encodeURI(formed),
    new URLSearchParams([['', formed]]).toString().slice(1),
  ];
  const escaped = JSON.stringify(text).slice(1, -1);
  return [
    ...new Set([
      text,
      ...encoded,
      ...encoded.map(each => each.replace(/%../g, code => code.toLowerCase())),
      escaped,
      escaped.replaceAll('/', '\\/'),
      escaped.replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
      // As a step of a JSON Pointer in a finding.
      escapePointerStep(text),
      text.replace(/[&<>"']/g, mark => HTML_ENTITIES[mark] ?? mark),
    ]),
  ];
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
