// Where recordings come from: files, packed files, folders, archives, standard input; and input that is not a recording.
import { Buffer } from 'node:buffer';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/finding/input-error.ts';
import { inputSize } from '../../src/recording/find-inputs.ts';
import { readTraffic } from '../../src/recording/read-traffic.ts';
import { entry, har, put, read } from './temporary-folder.ts';
import { zipFile } from './zip-file.ts';

const TWO = har([entry(), entry({ method: 'POST', bodySize: 0 })]);
const TWO_TEXT = JSON.stringify(TWO);
const LINE = JSON.stringify({
  id: 'x1',
  startedAt: '2026-03-01T10:00:00.000Z',
  milliseconds: 1.5,
  request: {
    method: 'GET',
    path: '/pets',
    query: 'a=1',
    headers: { host: ['localhost:4010'] },
    body: { text: '' },
  },
  response: { status: 200, headers: { 'content-type': ['text/plain'] }, body: { text: 'hi' } },
});

const methods = (recorded: readonly unknown[]) =>
  recorded.map(each => (each as { exchange?: { request: { method: string } } }).exchange?.request.method);
const chunks = async function* (...parts: readonly (string | Uint8Array)[]) {
  for (const part of parts) yield Buffer.from(part as string);
};

describe('a file', () => {
  test('yields its entries in order, then its end', async () => {
    const file = put('two.har', TWO);
    const { recorded, ends } = await read([file]);
    expect(recorded.map(({ kind, place }) => [kind, place])).toEqual([
      ['exchange', { file, entry: 1 }],
      ['exchange', { file, entry: 2 }],
    ]);
    expect(ends).toEqual([{ file, format: 'har', entries: 2, creator: 'Recorder', truncated: undefined }]);
  });

  test.each([
    ['gzip', zlib.gzipSync(TWO_TEXT)],
    ['gzip in gzip', zlib.gzipSync(zlib.gzipSync(TWO_TEXT))],
    ['zip', zipFile({ 'har.har': TWO_TEXT })],
    ['zip in gzip', zlib.gzipSync(zipFile({ 'har.har': TWO_TEXT }))],
    ['gzip in zip', zipFile({ 'a.har.gz': zlib.gzipSync(TWO_TEXT) })],
    ['a byte order mark', `\uFEFF${TWO_TEXT}`],
    ['UTF-16 from PowerShell', Buffer.from(`\uFEFF${TWO_TEXT}`, 'utf16le')],
    ['UTF-16 without a byte order mark', Buffer.from(TWO_TEXT, 'utf16le')],
    ['big-endian UTF-16', Buffer.from(TWO_TEXT, 'utf16le').swap16()],
    ['white space in front', `\n\n  ${TWO_TEXT}`],
    ['pretty printing', JSON.stringify(TWO, null, '\t')],
  ])('is known by its content, not by its name: %s', async (name, content) => {
    const { recorded } = await read([put(`${name}.bin`, content)]);
    expect(methods(recorded)).toEqual(['GET', 'POST']);
  });

  test.each([
    ['', 'empty.har'],
    [' \n \n', 'blank.har'],
    [zlib.gzipSync(''), 'empty.har.gz'],
  ])('may be empty', async (content, name) => {
    const file = put(name, content);
    const { traffic } = await read([file]);
    expect(traffic).toEqual([
      { kind: 'end', end: { file, format: 'ndjson', entries: 0, creator: undefined, truncated: undefined } },
    ]);
  });

  test('that is given twice is read once', async () => {
    const file = put('once/a.har', TWO);
    expect((await read([file, path.dirname(file), file])).recorded).toHaveLength(2);
  });

  test('that is truncated yields its complete entries and reports where it ends', async () => {
    const { recorded, ends } = await read([put('cut.har', TWO_TEXT.slice(0, -20))]);
    expect(methods(recorded)).toEqual(['GET']);
    expect(ends[0]).toMatchObject({
      entries: 1,
      truncated: expect.stringContaining('in the middle of entry 2'),
    });
  });

  test('whose gzip data is truncated yields what can be decompressed', async () => {
    const many = JSON.stringify(
      har(Array.from({ length: 3000 }, (_, at) => entry({ url: `https://a.example/${at * 7919}` }))),
    );
    const packed = zlib.gzipSync(many);
    const { recorded, ends } = await read([put('cut.har.gz', packed.subarray(0, -5000))]);
    expect(recorded.length).toBeGreaterThan(1000);
    expect(ends[0]?.entries).toBe(recorded.length);
    expect(ends[0]?.truncated).toMatch(
      /^its gzip data is truncated: it ends at byte \d+, in the middle of entry \d+/,
    );
    const small = await read([put('small.har.gz', zlib.gzipSync(TWO_TEXT).subarray(0, -4))]);
    expect(small.recorded).toHaveLength(2);
    expect(small.ends[0]?.truncated).toBe('its gzip data is truncated');
  });

  test('whose gzip data is damaged is reported and never counts as empty', async () => {
    const packed = zlib.gzipSync(TWO_TEXT);
    packed.writeUInt32LE(7, packed.length - 8);
    const reading = read([put('bad.har.gz', packed)]);
    await expect(reading).rejects.toThrow(/cannot be read: its gzip data is damaged. Record it again.$/);
    const many = har(
      Array.from({ length: 3000 }, (_, at) => entry({ url: `https://a.example/${at * 7919}` })),
    );
    const large = zlib.gzipSync(JSON.stringify(many));
    large.fill(0xff, large.length - 3000, large.length - 2000);
    const { recorded, ends } = await read([put('large.har.gz', large)]);
    expect(recorded.length).toBeGreaterThan(1000);
    expect(ends[0]?.truncated).toContain('its gzip data is damaged');
  });

  test('reports the bytes read from disk', async () => {
    const files = [
      put('size/a.har', TWO),
      put('size/b.har.gz', zlib.gzipSync(TWO_TEXT)),
      put('size/c.zip', zipFile({ 'x.har': TWO_TEXT })),
    ];
    let sum = 0;
    await read(files, { onBytes: count => (sum += count) });
    expect(sum).toBe(await inputSize(files));
    expect(await inputSize([...files, '-'])).toBeUndefined();
  });

  test('is no longer read when the signal aborts', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(read([put('abort.har', TWO)], { signal })).rejects.toThrow('enough');
    const later = new AbortController();
    const reading = readTraffic([put('later.har', har(Array.from({ length: 9000 }, () => entry())))], later);
    const { value: first } = await reading.next();
    expect(first?.[0]).toMatchObject({ kind: 'entry' });
    later.abort(new Error('enough'));
    const rest = async () => {
      for await (const traffic of reading) expect(traffic.map(({ kind }) => kind)).not.toContain('end');
    };
    await expect(rest()).rejects.toThrow('enough');
  });

  test('can be left before its end', async () => {
    for await (const traffic of readTraffic([put('left.har', TWO)])) {
      expect(traffic[0]?.kind).toBe('entry');
      break;
    }
  });
});

describe('lines', () => {
  test('are entries of an NDJSON recording', async () => {
    const file = put('journal.ndjson', `${LINE}\n${LINE}`);
    const { recorded, ends } = await read([file]);
    expect(recorded).toHaveLength(2);
    expect(recorded[1]).toMatchObject({
      kind: 'exchange',
      place: { file, entry: 2, line: 2 },
      origin: 'http://localhost:4010',
      exchange: {
        id: 'x1',
        startedAt: Date.UTC(2026, 2, 1, 10),
        duration: 1.5,
        request: { method: 'GET', path: '/pets', query: 'a=1' },
        response: { status: 200, headers: { 'content-type': ['text/plain'] }, body: Buffer.from('hi') },
      },
    });
    expect(ends).toEqual([{ file, format: 'ndjson', entries: 2, creator: undefined, truncated: undefined }]);
  });

  test('that are invalid are reported by line, and reading continues', async () => {
    const { recorded, ends } = await read([
      put('broken.ndjson', `${LINE}\n\n{"request":oops}\n${LINE}\n{"request":{"met`),
    ]);
    expect(recorded.map(({ kind, place }) => [kind, place.line])).toEqual([
      ['exchange', 1],
      ['unreadable', 3],
      ['exchange', 4],
    ]);
    expect(ends[0]?.truncated).toContain('in the middle of line 5 (entry 4)');
  });

  test('can begin with an invalid one, or be longer than the peeked head', async () => {
    expect((await read([put('first.ndjson', `{"a\n${LINE}\n`)])).recorded.map(({ kind }) => kind)).toEqual([
      'unreadable',
      'exchange',
    ]);
    const long = JSON.stringify({ ...JSON.parse(LINE), note: 'x'.repeat(200_000) });
    expect((await read([put('long.ndjson', `${long}\n${long}\n`)])).recorded).toHaveLength(2);
  });

  test('can be HAR entries', async () => {
    const { recorded } = await read([
      put('entries.jsonl', `${JSON.stringify(entry())}\n${JSON.stringify(entry())}\n`),
    ]);
    expect(methods(recorded)).toEqual(['GET', 'GET']);
  });

  test('of an aborted exchange have no response', async () => {
    const { response: _, ...asked } = JSON.parse(LINE) as { response: unknown };
    const { recorded } = await read([put('gone.ndjson', JSON.stringify(asked))]);
    expect(recorded).toMatchObject([{ kind: 'not-an-exchange', reason: 'no-response' }]);
  });

  test('can be a page of a journal or a list', async () => {
    const page = { dropped: 0, entries: [JSON.parse(LINE)] };
    expect(methods((await read([put('page.json', page)])).recorded)).toEqual(['GET']);
    expect(methods((await read([put('list.json', [JSON.parse(LINE), entry()])])).recorded)).toEqual([
      'GET',
      'GET',
    ]);
  });
});

describe('an archive', () => {
  const attaching = har(
    [entry({}, { content: { size: -1, mimeType: 'text/plain', _file: 'abc.json' } })],
    'Playwright',
  );
  const body = async (file: string) =>
    (await read([file])).recorded.map(each => each.kind === 'exchange' && each.exchange.response?.body);

  test('contains attachments, which are not recordings; other files that are not recordings are reported', async () => {
    const file = put(
      'pw.zip',
      zipFile({ 'abc.json': '{"a":1}', 'har.har': JSON.stringify(attaching), '../evil.json': '{}' }),
    );
    expect(await body(file)).toEqual([Buffer.from('{"a":1}')]);
    expect((await read([file])).ends).toMatchObject([{ file: `${file}/har.har`, creator: 'Playwright' }]);
    expect((await read([file])).passedOver).toEqual([`${file}/../evil.json`, `${file}/abc.json`]);
    const hashed = `${'0a'.repeat(20)}.json`;
    const real = put('real.zip', zipFile({ [hashed]: '{}', 'har.har': JSON.stringify(attaching) }));
    expect((await read([real])).passedOver).toEqual([]);
  });

  test('can contain other recordings besides a HAR', async () => {
    const file = put('mixed.zip', zipFile({ 'a.har': TWO_TEXT, 'b.ndjson': LINE }));
    expect((await read([file])).recorded).toHaveLength(3);
  });

  test('can lack an attachment', async () => {
    expect(await body(put('miss.zip', zipFile({ 'har.har': JSON.stringify(attaching) })))).toEqual([
      { notRecorded: expect.stringContaining('missing') },
    ]);
  });

  test('can contain several recordings', async () => {
    const file = put(
      'several.zip',
      zipFile({ 'b/2.har': TWO_TEXT, 'a.har': TWO_TEXT, '__MACOSX/._a.har': 'x' }),
    );
    expect((await read([file])).ends.map(end => end.file)).toEqual([`${file}/a.har`, `${file}/b/2.har`]);
  });

  test('can contain other formats than HAR', async () => {
    const file = put(
      'lines.zip',
      zipFile({ 'j.ndjson': LINE, 'package.json': '{"name":"x"}', 'readme.txt': 'x' }),
    );
    const { recorded, passedOver } = await read([file]);
    expect(recorded).toHaveLength(1);
    expect(passedOver).toEqual([`${file}/package.json`]);
  });

  test.each([
    ['encrypted', zipFile({ 'a.har': TWO_TEXT }, 1), 'a.har is encrypted'],
    ['cut off', zipFile({ 'a.har': TWO_TEXT }).subarray(0, 200), 'is not a readable zip archive'],
    ['without a recording', zipFile({ 'readme.txt': 'x' }), 'is an archive that contains no recording'],
  ])('that is %s is an input error', async (name, content, words) => {
    const reading = read([put(`${name}.zip`, content)]);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(words);
  });

  test('with a damaged member reports it', async () => {
    const bytes = zipFile({ 'a.har': TWO_TEXT });
    bytes.fill(0xff, 100, 200);
    const file = put('damaged.zip', bytes);
    await expect(read([file])).rejects.toThrow(
      `${file}/a.har cannot be read: its data in the archive is damaged`,
    );
  });

  test('attachments of an unpacked HAR are read from its folder; names with a path are rejected', async () => {
    put('beside/abc.json', '{"a":2}');
    put('secret.txt', 'secret');
    expect(await body(put('beside/har.har', attaching))).toEqual([Buffer.from('{"a":2}')]);
    const evil = JSON.stringify(attaching).replace('abc.json', '../secret.txt');
    expect(await body(put('beside/evil.har', evil))).toEqual([
      { notRecorded: expect.stringContaining('missing') },
    ]);
  });
});

describe('a folder', () => {
  test('is read recursively, sorted by name; other files are skipped or ignored', async () => {
    put('mixed/b.har', TWO);
    put('mixed/a/deep.ndjson.gz', zlib.gzipSync(LINE));
    put('mixed/c.zip', zipFile({ 'x.har': TWO_TEXT }));
    const other = put('mixed/package.json', { name: 'x' });
    put('mixed/readme.md', 'x');
    put('mixed/.hidden.har', 'x');
    const folder = path.dirname(other);
    const { ends, passedOver } = await read([folder]);
    expect(ends.map(({ file }) => path.relative(folder, file))).toEqual([
      'a/deep.ndjson.gz',
      'b.har',
      'c.zip/x.har',
    ]);
    expect(passedOver).toEqual([other]);
  });

  test('skips links that lead to no file, and says so', async () => {
    put('links/a.har', har([entry()]));
    const folder = path.dirname(put('links/sub/b.har', har([entry()])));
    symlinkSync('loop.har', path.join(folder, 'loop.har'));
    symlinkSync('nowhere', path.join(folder, 'gone.har'));
    symlinkSync('..', path.join(folder, 'parent.har'));
    const { recorded, passedOver, traffic } = await read([path.dirname(folder)]);
    expect(recorded).toHaveLength(2);
    expect(passedOver.map(file => path.basename(file))).toEqual(['gone.har', 'loop.har', 'parent.har']);
    expect(traffic.flatMap(each => (each.kind === 'skipped' ? [each.message] : [])).join()).toMatch(
      /does not exist.*leads back to itself.*is no file/,
    );
    await expect(read([path.join(folder, 'loop.har')])).rejects.toThrow('cannot be read (ELOOP)');
  });

  test('without a recording is an input error that names it', async () => {
    const folder = path.dirname(put('none/readme.md', 'x'));
    await expect(read([folder])).rejects.toThrow(new RegExp(`^${folder} contains no recording`));
  });
});

describe('standard input', () => {
  test.each([
    ['HAR in pieces', [TWO_TEXT.slice(0, 5), TWO_TEXT.slice(5, 90), TWO_TEXT.slice(90)], 2],
    ['gzip', [zlib.gzipSync(TWO_TEXT)], 2],
    ['zip', [zipFile({ 'x.har': TWO_TEXT })], 2],
    ['lines', [`${LINE}\n`, LINE], 2],
    ['nothing', [], 0],
  ])('may be %s', async (_, parts, count) => {
    const { recorded, ends } = await read(['-'], { stdin: chunks(...parts) });
    expect(recorded).toHaveLength(count);
    expect(ends[0]?.file.split('/')[0]).toBe('-');
  });

  test('that is not available is an input error', async () => {
    await expect(read(['-'])).rejects.toThrow('Standard input is not available. Give a file instead of "-".');
  });
});

describe('an input that is not a recording', () => {
  test.each([
    ['missing.har', undefined, 'does not exist. Give a file, a folder or "-" for standard input.'],
    [
      'spec.json',
      { openapi: '3.1.0', paths: {} },
      'is JSON, but contains no recorded traffic. Accepted are HAR',
    ],
    ['list.json', { requests: [{ a: 1 }] }, 'is JSON with a list, but not a list of recorded exchanges.'],
    ['text.har', 'hello', 'is not a known recording format.'],
    [
      'spec.yaml',
      '# Shop\nopenapi: 3.1.0\n',
      'is an OpenAPI document, and not a recording: name it with --specs.',
    ],
    [
      'early.har',
      '{"log":{"creator":{"name":"x"},"pages":[',
      'begins like a HAR, but ends before its first entry',
    ],
    ['oops.json', '{"a":', 'begins like JSON, but ends before its first entry'],
    ['thrice.gz', zlib.gzipSync(zlib.gzipSync(zlib.gzipSync('{}'))), 'is not a known recording format.'],
  ])('%s', async (name, content, words) => {
    const file = content === undefined ? `/nowhere/${name}` : put(`no/${name}`, content);
    const reading = read([file]);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(`${file} ${words}`);
  });
});
