// Which known word a misspelt one means.
import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../src/finding/nearest-word.ts';

describe('a misspelt name', () => {
  test('with two letters exchanged means the name with the letters in order', () => {
    expect(didYouMean('phnoe', ['name', 'points', 'category', 'phone', 'price'])).toBe(
      '; did you mean "phone"?',
    );
    expect(didYouMean('Phnoe', ['Name', 'Phone'])).toBe('; did you mean "Phone"?');
    expect(didYouMean('nmae', ['name', 'points'])).toBe('; did you mean "name"?');
  });

  test('that is short is not taken for any other short name', () => {
    expect(didYouMean('tag', ['id', 'age'])).toBe('');
    expect(didYouMean('q', ['id'])).toBe('');
  });

  test('is as far away as the letters that are added, removed, changed or exchanged', () => {
    expect(editDistance('phone', 'phone')).toBe(0);
    expect(editDistance('phnoe', 'phone')).toBe(1);
    expect(editDistance('fone', 'phone')).toBe(2);
    expect(editDistance('petsid', 'petId')).toBe(2);
    expect(editDistance('a', 'abcd')).toBe(3);
  });
});
