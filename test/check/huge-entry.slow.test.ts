// One entry that needs more memory than the heap limit of a worker thread.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { entry, folderWith, GOOD, SHOP } from './traffic.ts';

/** Just below the maximum size of an entry. Parsed, 20 million empty objects need more than 1 GiB. */
const EMPTY_OBJECTS = '{},'.repeat(20_000_000);
/** With it the recording is so large that a worker thread checks it. */
const FILLER = { ...GOOD, body: JSON.stringify({ id: 7, name: 'tea '.repeat(250_000) }) };

test('is checked in the calling thread and does not end the run', () => {
  const file = path.join(folderWith({}), 'traffic.har');
  const handle = openSync(file, 'w');
  writeSync(handle, '{"log":{"creator":{"name":"x"},"entries":[');
  writeSync(handle, JSON.stringify(entry(GOOD)).replace(/\}$/, `,"_memory":[${EMPTY_OBJECTS}0]}`));
  for (let index = 0; index < 10; index++) writeSync(handle, `,\n${JSON.stringify(entry(FILLER))}`);
  writeSync(handle, ']}}');
  closeSync(handle);
  const output = execFileSync(
    process.execPath,
    ['bin/deadringer.js', 'check', file, '--specs', SHOP, '--format', 'json'],
    { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 },
  );
  const report = JSON.parse(output.toString()) as Report;
  expect(report.accounting).toMatchObject({ total: 11, passed: 11, failed: { count: 0 } });
});
