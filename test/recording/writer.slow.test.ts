// A recording can be read at any moment, whatever befalls its writer, and no file of somebody else is ever spoilt.
import { Buffer } from 'node:buffer';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { InputError } from '../../src/finding/input-error.ts';
import { readTraffic } from '../../src/recording/read-traffic.ts';
import { openRecording, type RecordingEvent, type RecordingOptions } from '../../src/recording/writer.ts';
import { folderWith } from '../check/traffic.ts';

const RECORDER = new URL('recorder-process.ts', import.meta.url).pathname;
const ORIGIN = 'https://api.example.com';
const FORMATS = ['har', 'ndjson'] as const;
type Format = (typeof FORMATS)[number];

function optionsOf(format: Format, more: Partial<RecordingOptions> = {}): RecordingOptions {
  return {
    format,
    append: false,
    maxBytes: undefined,
    creator: { name: 'deadringer', version: '1' },
    owner: { pid: process.pid, isRunning: () => true },
    onEvent: trouble => {
      throw new Error(JSON.stringify(trouble));
    },
    ...more,
  };
}

function exchange(id: string, size = 3): Exchange {
  return {
    id,
    startedAt: 1,
    duration: 1,
    request: { method: 'GET', path: '/a', query: '', headers: {}, body: Buffer.from('') },
    response: { status: 200, headers: {}, body: Buffer.from('x'.repeat(size)) },
  };
}

async function read(file: string): Promise<{ ids: string[]; unreadable: number; truncated: boolean }> {
  const ids: string[] = [];
  let unreadable = 0;
  let truncated = false;
  for await (const group of readTraffic([file])) {
    for (const traffic of group) {
      if (traffic.kind === 'end') truncated = traffic.end.truncated !== undefined;
      if (traffic.kind === 'unreadable') unreadable++;
      if (traffic.kind !== 'entry') continue;
      try {
        const entry = JSON.parse(Buffer.from(traffic.entry.bytes).toString('utf8')) as Record<string, string>;
        if (entry.request === undefined) unreadable++;
        else ids.push(entry._id ?? entry.id ?? '');
      } catch {
        unreadable++;
      }
    }
  }
  return { ids, unreadable, truncated };
}

function recordInto(
  file: string,
  format: Format,
  ids: readonly string[],
  more: Partial<RecordingOptions> = {},
): void {
  const recording = openRecording(file, optionsOf(format, more));
  for (const id of ids) recording.write(exchange(id), ORIGIN);
  recording.close();
}

describe.for(FORMATS.map(format => [format] as const))('%s', ([format]) => {
  const fileIn = (files: Record<string, string> = {}): string =>
    path.join(folderWith(files), `traffic.${format}`);

  test('is valid after every exchange and readable by its owner only', async () => {
    const file = fileIn();
    const recording = openRecording(file, optionsOf(format));
    expect(await read(file)).toMatchObject({ ids: [], truncated: false });
    for (const id of ['a', 'b', 'c']) {
      expect(recording.write(exchange(id), ORIGIN)).toBe(true);
      if (format === 'har') expect(() => JSON.parse(readFileSync(file, 'utf8')) as unknown).not.toThrow();
    }
    expect(await read(file)).toEqual({ ids: ['a', 'b', 'c'], unreadable: 0, truncated: false });
    recording.close();
    expect(recording.stats).toEqual({ written: 3, lost: 0, files: [file] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(file))).toEqual([`traffic.${format}`]);
  });

  test('truncated at any byte of the last entry, it reads up to there and reports the truncation', async () => {
    const file = fileIn();
    recordInto(file, format, ['a', 'b']);
    const before = readFileSync(file);
    recordInto(file, format, ['c'], { append: true });
    const after = readFileSync(file);
    const from = format === 'har' ? before.length - 4 : before.length;
    for (let end = from; end < after.length; end++) {
      // What a write that was cut short leaves: new bytes, and of the old ones what they did not reach.
      const overwritten = Buffer.concat([after.subarray(0, end), before.subarray(end)]);
      for (const bytes of [after.subarray(0, end), overwritten]) {
        writeFileSync(file, bytes);
        const { ids, unreadable, truncated } = await read(file);
        const isBefore = bytes.equals(before);
        // Nothing but the line's end was missing, or but the tail.
        const isComplete = ids.length === 3;
        expect(ids.slice(0, 2)).toEqual(['a', 'b']);
        if (!isBefore && !(isComplete && format === 'ndjson'))
          expect({ end, reported: truncated || unreadable > 0 }).toEqual({ end, reported: true });
      }
    }
  });

  test('can be appended to', async () => {
    const file = fileIn();
    recordInto(file, format, []);
    recordInto(file, format, ['a'], { append: true });
    recordInto(file, format, ['b', 'c'], { append: true });
    expect(await read(file)).toEqual({ ids: ['a', 'b', 'c'], unreadable: 0, truncated: false });
    writeFileSync(file, '');
    recordInto(file, format, ['d'], { append: true });
    expect(await read(file)).toEqual({ ids: ['d'], unreadable: 0, truncated: false });
  });

  test('is not overwritten', () => {
    const file = fileIn({ [`traffic.${format}`]: 'mine' });
    expect(() => openRecording(file, optionsOf(format))).toThrow(/exists: add --append/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(path.dirname(file))).toHaveLength(1);
  });

  test.for([
    ['a text', 'mine'],
    ['the other format', '{"log":{"version":"1.2","creator":{"name":"WebInspector"},"entries":[]}}'],
    ['a JSON document', '{\n  "a": 1\n}\n'],
  ])('goes on in nothing that is not its own: %s', ([, content]) => {
    const file = fileIn({ [`traffic.${format}`]: content as string });
    expect(() => openRecording(file, optionsOf(format, { append: true }))).toThrow(/choose another file/);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test('is locked for a second recorder until the first closes it, whatever path is used', () => {
    const file = fileIn();
    const first = openRecording(file, optionsOf(format));
    const alias = path.join(path.dirname(file), `alias.${format}`);
    symlinkSync(file, alias);
    for (const name of [file, alias])
      expect(() => openRecording(name, optionsOf(format, { append: true }))).toThrow(
        new RegExp(`process ${process.pid} is recording into`),
      );
    first.close();
    openRecording(alias, optionsOf(format, { append: true })).close();
  });

  test('is not blocked by the lock of a dead process', async () => {
    const file = fileIn({ [`traffic.${format}.lock`]: '999999\n' });
    const owner = { pid: process.pid, isRunning: (pid: number) => pid !== 999_999 };
    recordInto(file, format, ['a'], { owner });
    expect((await read(file)).ids).toEqual(['a']);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('is rotated by size into new files', async () => {
    const file = fileIn({ [`traffic.2.${format}`]: 'mine' });
    const recording = openRecording(file, optionsOf(format, { maxBytes: 2500 }));
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f'])
      recording.write(exchange(id, id === 'd' ? 5000 : 300), ORIGIN);
    recording.close();
    const { files, written } = recording.stats;
    expect(written).toBe(6);
    expect(files[1]).toBe(file.replace('traffic', 'traffic.3'));
    const all = await Promise.all(files.map(read));
    expect(all.flatMap(({ ids }) => ids)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(all.every(({ truncated, unreadable }) => !truncated && unreadable === 0)).toBe(true);
    for (const [index, name] of files.entries())
      if (!all[index]?.ids.includes('d')) expect(statSync(name).size).toBeLessThanOrEqual(2500);
    expect(readFileSync(file.replace('traffic', 'traffic.2'), 'utf8')).toBe('mine');
  });

  test('counts lost exchanges while its folder is missing and resumes when the folder is back', async () => {
    const file = fileIn();
    const folder = path.dirname(file);
    const troubles: RecordingEvent[] = [];
    const recording = openRecording(file, optionsOf(format, { onEvent: trouble => troubles.push(trouble) }));
    recording.write(exchange('a'), ORIGIN);
    renameSync(folder, `${folder}-away`);
    expect([recording.write(exchange('b'), ORIGIN), recording.write(exchange('c'), ORIGIN)]).toEqual([
      false,
      false,
    ]);
    mkdirSync(folder);
    expect(recording.write(exchange('d'), ORIGIN)).toBe(true);
    recording.close();
    rmSync(`${folder}-away`, { recursive: true });
    expect(await read(file)).toEqual({ ids: ['d'], unreadable: 0, truncated: false });
    expect(recording.stats).toMatchObject({ written: 1, lost: 3 });
    expect(troubles).toEqual([
      { kind: 'write-failed', file, message: 'the file was moved, deleted or changed by another program' },
      { kind: 'write-resumed', file, lost: 3 },
    ]);
  });

  test('does not write to a file that another program truncated, and reports it', async () => {
    const file = fileIn();
    const troubles: RecordingEvent[] = [];
    const recording = openRecording(file, optionsOf(format, { onEvent: trouble => troubles.push(trouble) }));
    recording.write(exchange('a'), ORIGIN);
    recording.write(exchange('b'), ORIGIN);
    truncateSync(file, 0);
    recording.write(exchange('c'), ORIGIN);
    recording.close();
    expect(await read(file)).toEqual({ ids: ['c'], unreadable: 0, truncated: false });
    expect(recording.stats).toMatchObject({ written: 1, lost: 2 });
    expect(troubles).toMatchObject([{ kind: 'write-failed' }, { kind: 'write-resumed', lost: 2 }]);
  });

  test('on a full disk keeps what is written, reports once, and counts the rest as lost', async () => {
    const file = fileIn();
    // A limit in blocks of 1024 bytes on every file that the process writes is a disk that is full.
    const out = execFileSync('bash', [
      '-c',
      'ulimit -f 8; trap "" XFSZ; exec "$0" "$@"',
      process.execPath,
      RECORDER,
      file,
      format,
      '40',
    ]).toString();
    const [losing, stats, ...more] = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, number>);
    expect(more).toEqual([]);
    expect(losing).toMatchObject({ kind: 'write-failed', message: expect.stringContaining('EFBIG') });
    const { ids, unreadable, truncated } = await read(file);
    expect({ unreadable, truncated }).toEqual({ unreadable: 0, truncated: false });
    expect(ids).toHaveLength(stats?.written as number);
    expect(ids.length).toBeGreaterThan(3);
    expect((stats?.written as number) + (stats?.lost as number)).toBe(40);
  });

  test('is readable after the process was killed and lacks at most one exchange', async () => {
    for (let round = 0; round < 8; round++) {
      const file = fileIn();
      const child = spawn(process.execPath, [RECORDER, file, format, '0'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let received = 0;
      await new Promise<void>(resolve => {
        child.stdout.on('data', (chunk: Buffer) => {
          received += chunk.length;
          if (received > 40 + 97 * round) resolve();
        });
      });
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      const { ids, unreadable, truncated } = await read(file);
      expect(ids.length).toBeGreaterThanOrEqual(received);
      expect(ids).toEqual(ids.map((_, index) => `x${index + 1}`));
      expect(unreadable + Number(truncated)).toBeLessThanOrEqual(1);
      // It left its marker, and does not run.
      expect(existsSync(`${file}.lock`)).toBe(true);
      if (!truncated)
        recordInto(file, format, ['after'], {
          append: true,
          owner: { pid: process.pid, isRunning: () => false },
        });
    }
  });
});

test('a truncated last line is terminated before new lines are appended', async () => {
  const file = path.join(folderWith({}), 'traffic.ndjson');
  recordInto(file, 'ndjson', ['a', 'b']);
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length - 20));
  recordInto(file, 'ndjson', ['c'], { append: true });
  expect(await read(file)).toEqual({ ids: ['a', 'c'], unreadable: 1, truncated: false });
});

test('a truncated HAR is left unchanged', () => {
  const file = path.join(folderWith({}), 'traffic.har');
  recordInto(file, 'har', ['a']);
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length - 9));
  expect(() => openRecording(file, optionsOf('har', { append: true }))).toThrow(
    /is truncated.*choose another file/,
  );
  expect(readFileSync(file)).toEqual(whole.subarray(0, whole.length - 9));
});

test('a file that cannot be written is reported without system call names', () => {
  const below = path.join(folderWith({ file: '' }), 'file', 'a.har');
  expect(() => openRecording(below, optionsOf('har'))).toThrow(
    new InputError(
      `${below} cannot be written: a part of the path is a file, not a folder. Choose another place.`,
    ),
  );
});

test('missing folders are created', () => {
  const file = path.join(folderWith({}), 'recordings', 'today', 'a.har');
  recordInto(file, 'har', ['a']);
  expect(existsSync(file)).toBe(true);
});
