// Reports of many findings and of large recordings: bounded, and the same with any number of threads.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkTraffic } from '../../src/index.ts';
import { type Call, check, entry, folderWith, GOOD, SHOP } from './traffic.ts';

const BROKEN: Call = { ...GOOD, body: '{"id":7,"name":9}' };
const UNDOCUMENTED: Call = { ...GOOD, body: '{"name":"tea","colour":"green"}' };

test('the size of a report is bounded for any input', async () => {
  const names = Array.from({ length: 3000 }, (_, index) => `p${index.toString(36)}x`);
  const calls = names.map(name => ({ ...GOOD, url: `/orders/7?${name}=${'v'.repeat(2000)}` }));
  const report = await check(calls);
  expect(report.findings).toHaveLength(1000);
  expect(report.unlisted).toBe(2000);
  expect(report.accounting.passed).toBe(3000);
});

test('equal input gives equal bytes, with one thread and with two', async () => {
  const calls: Call[] = Array.from(
    { length: 8000 },
    (_, index) =>
      [
        { ...GOOD, url: `/orders/${index}`, body: JSON.stringify({ id: index, name: 'tea '.repeat(200) }) },
        { ...BROKEN, url: `/orders/${index}` },
        {
          ...UNDOCUMENTED,
          body: JSON.stringify({ name: 'x', [`colour${index % 7}`]: index % 2 ? 'green' : null }),
        },
      ][index % 3] as Call,
  );
  const file = path.join(folderWith({}), 'traffic.har');
  writeFileSync(file, JSON.stringify({ log: { creator: { name: 'x' }, entries: calls.map(entry) } }));
  // One entry per line, some of them invalid: places have lines, and the first unreadable entries are listed.
  const lines = path.join(folderWith({}), 'traffic.ndjson');
  const line = (call: Call, index: number): string => (index % 97 === 0 ? '{' : JSON.stringify(entry(call)));
  writeFileSync(lines, `${calls.map(line).join('\n')}\n`);
  const run = async (threads: number) =>
    JSON.stringify(await checkTraffic({ specs: [SHOP], traffic: [file, lines], threads }));
  const alone = await run(1);
  expect(await run(2)).toBe(alone);
  expect(await run(3)).toBe(alone);
});
