// deadringer mcp of the installed package: the protocol is bundled into it.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { installPackage } from '../installed-package.ts';
import { connectClient } from './connect-client.ts';

test('the official client forces a 404 and reads why', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync('test/fixtures/pets.yaml', path.join(folder, 'openapi.yaml'));
  const program = installPackage(folder);
  await using mcp = await connectClient([program], ['--specs', 'openapi.yaml'], { cwd: folder });
  const { server } = await mcp.call<{ server: string }>('list_operations');
  await mcp.call('force_answer', { target: 'openapi.getPet', status: 404 });
  const response = await fetch(`${server}/openapi/pets/1`);
  expect(response.status).toBe(404);
  const exchange = response.headers.get('x-deadringer-exchange');
  expect(JSON.stringify(await mcp.call('explain_exchange', { exchange }))).toContain(
    'The switch for openapi.getPet in this session replies with 404.',
  );
});
