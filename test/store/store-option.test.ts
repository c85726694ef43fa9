// The option "store" of a program.
import { expect, test } from 'vitest';
import { startMock } from '../../src/index.ts';
import { readStoreOption, type StoreOption } from '../../src/store/shared/store-option.ts';

test('memory needs no key and gives no settings', () => {
  expect(readStoreOption({ url: 'memory' })).toBeUndefined();
});

test('credentials come from the URL, or from members of their own', () => {
  expect(
    readStoreOption({ url: 'rediss://mock:a%40b@host:7000/2?prefix=team', key: 'FAKE-key' }),
  ).toMatchObject({
    address: { name: 'rediss://host:7000', username: 'mock', password: 'a@b' },
    key: 'FAKE-key',
    timeoutMs: 1000,
  });
  expect(
    readStoreOption({ url: 'unix://:word@/run/a.sock', key: 'FAKE-key', password: 'other' }),
  ).toMatchObject({
    address: { name: 'unix:///run/a.sock', username: undefined, password: 'other' },
  });
  expect(readStoreOption({ url: 'valkey://host', key: 'FAKE-key', timeout: 50 })).toMatchObject({
    address: { name: 'valkey://host:6379', password: undefined },
    timeoutMs: 50,
  });
});

test.each<[string, object | string | null]>([
  ['the option "store" is an object', null],
  ['the option "store" is an object', 'valkey://localhost'],
  ['the option "store.url" is a text', {}],
  ['the option "store.key" is a text', { url: 'valkey://localhost', key: 7 }],
  ['the option "store.key" is missing', { url: 'valkey://localhost' }],
  ['the option "store.key" is missing', { url: 'valkey://localhost', key: '' }],
  ['did you mean "timeout"?', { url: 'memory', timout: 7 }],
  ['the option "store.timeout" is a number of milliseconds', { url: 'memory', timeout: 0 }],
  ['the option "store.timeout" is a number of milliseconds', { url: 'memory', timeout: '1s' }],
  ['the URL of the store has an unknown scheme', { url: 'valky://localhost', key: 'FAKE-key' }],
])('a mock does not start if it is wrong: %s', async (message, store) => {
  await expect(startMock({ store: store as StoreOption })).rejects.toThrow(message);
});
