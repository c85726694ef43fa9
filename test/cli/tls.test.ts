// The options of TLS: what is wrong with a certificate, and the local one that is kept.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalCertificate } from '../../src/http/local-certificate.ts';
import { run, start } from './program.ts';

const PETS = ['--specs', 'test/fixtures/pets.yaml', '--port', '0'];
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
const trusted = getCACertificates('default');
let folder: string;
const file = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-tls-'));
  const write = (name: string, now: number): void => {
    const { cert, key } = createLocalCertificate(['localhost'], now);
    writeFileSync(file(`${name}.pem`), cert);
    writeFileSync(file(`${name}-key.pem`), key);
  };
  write('good', Date.now());
  write('old', Date.now() - 2 * YEAR_MS);
  write('early', Date.now() + YEAR_MS);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cipher = { cipher: 'aes-256-cbc', passphrase: 'FAKE-passphrase' };
  writeFileSync(file('locked-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }));
});
afterAll(() => {
  setDefaultCACertificates(trusted);
  rmSync(folder, { recursive: true });
});

test.each([
  ['--tls-key is the key of a certificate: add --tls-cert <file>', ['--tls-key', 'good-key.pem']],
  ['--tls-cert requires the private key: add --tls-key <file>', ['--tls-cert', 'good.pem']],
  ['leave it out with --tls-cert', ['--tls', '--tls-cert', 'good.pem', '--tls-key', 'good-key.pem']],
  ['--tls-cert: there is no file FOLDER/none.pem', ['--tls-cert', 'none.pem', '--tls-key', 'good-key.pem']],
  ['good-key.pem contains no certificate', ['--tls-cert', 'good-key.pem', '--tls-key', 'good-key.pem']],
  ['good.pem contains no private key', ['--tls-cert', 'good.pem', '--tls-key', 'good.pem']],
  [
    'does not belong to the certificate in FOLDER/good.pem',
    ['--tls-cert', 'good.pem', '--tls-key', 'old-key.pem'],
  ],
  ['the certificate in FOLDER/old.pem expired on ', ['--tls-cert', 'old.pem', '--tls-key', 'old-key.pem']],
  [
    'the certificate in FOLDER/early.pem is valid from ',
    ['--tls-cert', 'early.pem', '--tls-key', 'early-key.pem'],
  ],
  [
    'locked-key.pem is encrypted: set DEADRINGER_TLS_PASSPHRASE',
    ['--tls-cert', 'good.pem', '--tls-key', 'locked-key.pem'],
  ],
])('an error: %s', async (message, args) => {
  const words = args.map(word => (word.startsWith('--') ? word : file(word)));
  const { code, out, err } = await run('serve', ...PETS, ...words);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message.replace('FOLDER', folder));
});

test('a wrong passphrase is named, and not printed', async () => {
  const args = ['serve', ...PETS, '--tls-cert', file('good.pem'), '--tls-key', file('locked-key.pem')];
  const program = start(args, { env: { DEADRINGER_TLS_PASSPHRASE: 'FAKE-wrong' } });
  const { code, err } = await program.ended;
  expect(code).toBe(2);
  expect(err).toContain('DEADRINGER_TLS_PASSPHRASE does not decrypt the key');
  expect(err).not.toContain('FAKE-wrong');
});

test('the local certificate is created once, for its owner only, and other commands trust it', async () => {
  const env = { XDG_CACHE_HOME: file('cache') };
  const kept = path.join(file('cache'), 'deadringer', 'tls', 'localhost');
  const serve = async (): Promise<{ url: string; stop: () => Promise<void> }> => {
    const program = start(['serve', ...PETS, '--tls'], { env });
    const [, url = ''] = await program.line(/ on (https:\S+)/);
    await program.line(new RegExp(`^Trust: +${path.join(kept, 'ca.pem')}$`, 'm'));
    return {
      url,
      stop: async () => {
        program.signal('SIGINT');
        expect((await program.ended).code).toBe(0);
      },
    };
  };
  const first = await serve();
  expect(readdirSync(kept).toSorted()).toEqual(['ca.pem', 'cert.pem', 'key.pem']);
  expect(statSync(path.join(kept, 'key.pem')).mode & 0o777).toBe(0o600);
  const ca = readFileSync(path.join(kept, 'ca.pem'), 'utf8');
  await new Promise<void>((resolve, reject) => {
    https
      .get(`${first.url}/pets/7`, { ca, agent: false }, response => response.resume().on('end', resolve))
      .on('error', reject);
  });
  const used = start(['sessions', '--server', first.url], { env });
  expect(await used.ended).toMatchObject({ code: 0 });
  await first.stop();
  await (await serve()).stop();
  expect(readFileSync(path.join(kept, 'ca.pem'), 'utf8')).toBe(ca);
  writeFileSync(path.join(kept, 'cert.pem'), 'damaged');
  await (await serve()).stop();
  expect(readFileSync(path.join(kept, 'ca.pem'), 'utf8')).not.toBe(ca);
});

test('a folder that cannot be written is named with the remedy', async () => {
  mkdirSync(file('taken'), { recursive: true });
  writeFileSync(path.join(file('taken'), 'deadringer'), '');
  const { code, err } = await start(['serve', ...PETS, '--tls'], { env: { XDG_CACHE_HOME: file('taken') } })
    .ended;
  expect(code).toBe(2);
  expect(err).toContain(
    'set XDG_CACHE_HOME to a folder that can be written, or use --tls-cert and --tls-key',
  );
});

test.each(['', 'caches'])('XDG_CACHE_HOME=%j is no absolute path and is ignored', async folderName => {
  const home = file(`home-${folderName}`);
  mkdirSync(path.join(home, '.cache'), { recursive: true });
  writeFileSync(path.join(home, '.cache', 'deadringer'), '');
  const { code, err } = await start(['serve', ...PETS, '--tls'], {
    env: { XDG_CACHE_HOME: folderName, HOME: home },
  }).ended;
  expect(code).toBe(2);
  expect(err).toContain(path.join(home, '.cache', 'deadringer', 'tls'));
});
