// Black-box cases: what Prism's CLI answers by its documentation and by OpenAPI, asked of Prism and of deadringer with curl.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from './prism-cases/compare.ts';
import {
  type Program,
  type Receiver,
  type Started,
  sendByCurl,
  startProgram,
  startReceiver,
} from './prism-cases/programs.ts';
import { type Case, readCases, readDifferences } from './prism-cases/read-cases.ts';

const cases = readCases();
const listed = readDifferences();
const groups = Map.groupBy(cases, ({ command, document }) => `${command}\n${document}`);

test('there are at least 150 cases, and each listed difference is one of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(150);
  const names = new Set(cases.map(({ name }) => name));
  expect([...listed.keys()].filter(name => !names.has(name))).toEqual([]);
});

for (const [key, members] of groups) {
  const [command = '', ...text] = key.split('\n');
  const document = text.join('\n');
  describe(`${command} ${text.length === 1 ? document : 'with a document of its own'}`, () => {
    const running = new Map<Program, Started>();
    let start: (program: Program) => Promise<void>;
    const scratch = mkdtempSync(join(tmpdir(), 'prism-cases-'));
    let receiver: Receiver;
    beforeAll(async () => {
      receiver = await startReceiver();
      const file = text.length === 1 ? document : join(scratch, 'openapi.yaml');
      if (text.length > 1) writeFileSync(file, document);
      const [name = '', ...options] = command.split(' ');
      const args = [name, file, ...options.map(option => option.replace('{receiver}', receiver.url))];
      start = async program => void running.set(program, await startProgram(program, args));
      // A program that fails to start does not hide the other one from the clean-up.
      for (const result of await Promise.allSettled([start('prism'), start('deadringer')]))
        if (result.status === 'rejected') throw result.reason;
    });
    afterAll(async () => {
      for (const program of running.values()) await program.stop();
      await receiver.close();
      rmSync(scratch, { recursive: true });
    });

    async function ask(
      program: Program,
      { curl, expect: answer, callback, upstream }: Case,
    ): Promise<string[]> {
      receiver.clear();
      // Some requests end Prism.
      if (running.get(program)?.hasEnded()) await start(program);
      const url = running.get(program)?.url ?? '';
      const line = curl.replaceAll('{url}', url).replaceAll('{callback}', receiver.url);
      const got = await sendByCurl(line).catch(async (error: unknown) => {
        // The connection may close before the process has ended.
        await running.get(program)?.stop();
        return String(error);
      });
      if (typeof got === 'string') return [got];
      const found = differences(answer, got);
      for (const expected of [upstream, callback]) {
        if (expected !== undefined) found.push(...differences(expected, await receiver.next()));
      }
      return found;
    }

    for (const each of members) {
      test(`${each.name}: ${each.title}`, async () => {
        expect.soft(await ask('deadringer', each), 'deadringer').toEqual([]);
        const reason = listed.get(each.name);
        const prism = await ask('prism', each);
        if (reason === undefined) expect(prism, 'Prism').toEqual([]);
        else
          expect(
            prism,
            `Prism is listed in differences.yaml, but answers as expected: ${reason}`,
          ).not.toEqual([]);
      });
    }
  });
}
