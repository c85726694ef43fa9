// The catalogue of finding codes reads well on its own page: forms of the texts, and no meaning twice.
import { expect, test } from 'vitest';
import { CATALOGUE, catalogueEntry, type FindingCode } from '../../src/finding/catalogue.ts';
import { pluralize } from '../../src/finding/plural.ts';

const codes = Object.keys(CATALOGUE) as FindingCode[];

test.for(codes)('%s has a meaning that a text can continue, and a fix in sentences', code => {
  const { meaning, fix } = catalogueEntry(code);
  expect(meaning).toMatch(/^(?:[a-z$]|OpenAPI ).*[^.]$/);
  if (fix !== undefined) expect(fix).toMatch(/^[A-Z].*\.$/);
});

test('every code has a meaning of its own', () => {
  const meanings = codes.map(code => catalogueEntry(code).meaning);
  expect(meanings.filter((text, index) => meanings.indexOf(text) !== index)).toEqual([]);
});

test('only violations of a request have a refusal reason', () => {
  const others = codes.filter(code => {
    const { about, kind, refusalReason } = catalogueEntry(code);
    return refusalReason !== undefined && (about !== 'request' || kind !== 'violation');
  });
  expect(others).toEqual([]);
});

test('every violation says what to do about it', () => {
  const silent = codes.filter(code => {
    const { kind, fix } = catalogueEntry(code);
    return kind === 'violation' && fix === undefined;
  });
  expect(silent).toEqual([]);
});

test('counted nouns', () => {
  const texts = [pluralize(0, 'error'), pluralize(1, 'entry'), pluralize(2, 'entry'), pluralize(3, 'day')];
  expect(texts).toEqual(['0 errors', '1 entry', '2 entries', '3 days']);
});
