// The URL that names the store of sessions.
import { expect, test } from 'vitest';
import { InputError } from '../../src/finding/input-error.ts';
import { parseStoreUrl } from '../../src/store/shared/store-settings.ts';

test('memory is the store of one process', () => {
  expect(parseStoreUrl('memory')).toEqual({ kind: 'memory' });
});

const PLAIN = {
  kind: 'shared',
  hosts: [{ host: '127.0.0.1', port: 6379 }],
  socket: undefined,
  isTls: false,
  isCluster: false,
  database: 0,
  prefix: 'deadringer',
  username: undefined,
  password: undefined,
  name: 'valkey://127.0.0.1:6379',
};

test.each([
  ['valkey://127.0.0.1', {}],
  ['valkey://127.0.0.1:6379/', {}],
  ['valkey://127.0.0.1/3?prefix=team:a.b_c-d', { database: 3, prefix: 'team:a.b_c-d' }],
  ['valkey://127.0.0.1?prefix=a&cluster=false', { prefix: 'a' }],
  [
    'redis://store.internal:7000',
    { hosts: [{ host: 'store.internal', port: 7000 }], name: 'redis://store.internal:7000' },
  ],
  ['rediss://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }], isTls: true, name: 'rediss://[::1]:7000' }],
  ['valkeys://[::1]', { hosts: [{ host: '::1', port: 6379 }], isTls: true, name: 'valkeys://[::1]:6379' }],
  ['valkey://:p%40ss%2F@127.0.0.1', { password: 'p@ss/' }],
  ['valkey://mock:word:word@127.0.0.1', { username: 'mock', password: 'word:word' }],
  ['valkey://mock@127.0.0.1', { username: 'mock' }],
  [
    'valkey://mock:word@a:7000,b/?cluster=true',
    {
      hosts: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
      isCluster: true,
      username: 'mock',
      password: 'word',
      name: 'valkey://a:7000,b:6379',
    },
  ],
  ['unix:///run/a%20b.sock', { hosts: [], socket: '/run/a b.sock', name: 'unix:///run/a b.sock' }],
  [
    'unix://:word@/run/valkey.sock?db=2&prefix=a',
    {
      hosts: [],
      socket: '/run/valkey.sock',
      database: 2,
      prefix: 'a',
      password: 'word',
      name: 'unix:///run/valkey.sock',
    },
  ],
])('%s is understood', (url, expected) => {
  expect(parseStoreUrl(url)).toEqual({ ...PLAIN, ...expected });
});

const EXAMPLE = 'write memory, valkey://127.0.0.1:6379 or unix:///run/valkey.sock';

test.each([
  ['', 'has no scheme'],
  ['localhost:6379', 'has no scheme'],
  ['valky://localhost', 'has an unknown scheme "valky" (did you mean "valkey"?)'],
  ['https://localhost', 'has an unknown scheme "https"'],
  ['valkey://', 'names no host'],
  ['valkey:///0', 'names no host'],
  ['valkey://a b', 'has the host "a b", which is no name and no address'],
  ['valkey://[::1]x', 'has the host "[::1]x", which is no name and no address'],
  ['valkey://localhost:0', 'has a port that is no number from 1 to 65535'],
  ['valkey://localhost:65536', 'has a port that is no number from 1 to 65535'],
  ['valkey://localhost:', 'has a port that is no number from 1 to 65535'],
  ['valkey://localhost/one', 'has a database that is no number, such as /0'],
  ['valkey://localhost/0/1', 'has a database that is no number, such as /0'],
  [
    'valkey://localhost?prefx=a',
    'has the unknown parameter "prefx" (did you mean "prefix"?): there are prefix and cluster',
  ],
  ['valkey://localhost?db=1', 'has the unknown parameter "db": there are prefix and cluster'],
  ['unix:///run/a.sock?cluster=true', 'has the unknown parameter "cluster": there are prefix and db'],
  ['valkey://localhost?prefix=a&prefix=b', 'has the parameter "prefix" twice'],
  [
    'valkey://localhost?prefix=a{b}',
    'has the prefix "a{b}": use up to 100 letters, digits and the characters . _ - :',
  ],
  [
    'valkey://localhost?prefix=',
    'has the prefix "": use up to 100 letters, digits and the characters . _ - :',
  ],
  ['valkey://localhost?cluster=yes', 'has a "cluster" that is neither true nor false'],
  ['valkey://a,b', 'names several hosts: add ?cluster=true if they are one cluster'],
  ['valkey://a,b/1?cluster=true', 'has a database number: a cluster has database 0 only'],
  ['valkey://localhost#a', 'has a "#": write %23 where it belongs to a password'],
  ['valkey://localhost?prefix=%zz', 'has a "%" that begins no encoded character: write %25'],
  ['unix://run/a.sock', 'has no absolute path of a socket after unix://'],
])('%s is rejected with what is wrong and an example', (url, problem) => {
  expect(() => parseStoreUrl(url)).toThrow(new InputError(`the URL of the store ${problem}; ${EXAMPLE}`));
});

test.each([
  'hunter2:hunter2@localhost',
  'hunter2://:hunter2@localhost',
  'valkey://:hunter2@',
  'valkey://:hunter2@a b',
  'valkey://:hunter2@localhost:x',
  'valkey://:hun/hunter2@localhost',
  'valkey://:hun?hunter2@localhost',
  'valkey://:hun?hunter2=@localhost',
  'valkey://:hun#hunter2@localhost',
  'valkey://:hunter2%@localhost',
  'valkey://user:hunter2',
  'valkey://localhost?password=hunter2',
  'unix://:hunter2/@/run/a.sock',
  'unix://:hunter2@run/a.sock',
])('the message about %s does not repeat the password', url => {
  let message = '';
  try {
    parseStoreUrl(url);
  } catch (error) {
    message = (error as InputError).message;
  }
  expect(message).toContain('the URL of the store');
  expect(message).not.toContain('hunter2');
});

test('a long text costs linear time', () => {
  for (const part of ['@', ':', '/', '?', '&', ',', '=', '[', '%40']) {
    const text = part.repeat(200_000);
    for (const scheme of ['valkey', 'unix']) {
      try {
        parseStoreUrl(`${scheme}://${text}`);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as InputError).message.length).toBeLessThan(1000);
      }
    }
  }
});
