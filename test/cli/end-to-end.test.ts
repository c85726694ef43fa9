// The commands in sequence: record through the proxy, check, generate scenarios, serve them, replay against the mock and a changed service.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isRecorded } from '../../src/exchange/exchange.ts';
import type { Report } from '../../src/index.ts';
import { basePathOf } from '../../src/mock/respond/refuse.ts';
import { sampleRequest } from '../../src/openapi/sample-request.ts';
import { type MockServer, startServer } from '../../src/start.ts';
import { folderWith } from '../check/traffic.ts';
import { run, start } from './program.ts';

/** Fake credentials of the clients. The recording must not contain them; replay reads them from the environment. */
const SECRETS = {
  AUTHORIZATION: 'Bearer FAKE-token-1234567890',
  X_AUTHORIZATION: 'sk_live_FAKE1234567890abcdef',
};

async function program(
  pattern: RegExp,
  ...args: string[]
): Promise<{ url: string; stop: () => Promise<string> }> {
  const running = start([...args, '--port', '0']);
  const [, url = ''] = await running.line(pattern);
  return {
    url,
    stop: async () => {
      running.signal('SIGINT');
      return (await running.ended).out;
    },
  };
}

/** A mock of the five documents: the real service of this test. */
async function startReal(): Promise<MockServer> {
  const mock = await startServer({ specs: ['specs'], scenarios: ['scenarios'] });
  onTestFinished(() => mock.close(0));
  return mock;
}

/** Calls every operation twice: with a valid request and with an invalid body. @returns the number of calls */
async function useApp(url: string, { state }: MockServer): Promise<number> {
  let calls = 0;
  for (const { operations } of state.config.contract.apis) {
    for (const operation of operations) {
      const { method, path: target, query, headers, body } = sampleRequest(operation, basePathOf(operation));
      const fields: Record<string, string> = {};
      for (const [name, values] of Object.entries(headers)) {
        const value = values?.join(', ') ?? '';
        fields[name] =
          name === 'x-authorization'
            ? SECRETS.X_AUTHORIZATION
            : name === 'authorization' && !value.startsWith('Basic')
              ? SECRETS.AUTHORIZATION
              : value;
      }
      const text = isRecorded(body) && body.length > 0 ? Buffer.from(body).toString('utf8') : undefined;
      for (const sent of [text, '{"nonsense":']) {
        const response = await fetch(`${url}${target}${query === '' ? '' : `?${query}`}`, {
          method,
          headers: fields,
          ...(sent !== undefined && { body: sent }),
        });
        await response.arrayBuffer();
        calls++;
      }
    }
  }
  return calls;
}

function violations({ findings }: Report): string[] {
  return findings
    .filter(({ kind }) => kind === 'violation' || kind === 'rejected')
    .map(({ fingerprint }) => fingerprint);
}

function differences({ findings }: Report): string[] {
  return findings
    .filter(({ kind }) => kind === 'difference')
    .map(({ code, operation, at, exchanges }) => `${code} ${operation.id} ${at} ${exchanges}`);
}

/** A proxy of the service that changes its responses. */
async function startChanged(
  origin: string,
  change: (target: string, status: number, body: string) => [number, string],
): Promise<string> {
  const server = http.createServer(async (incoming, outgoing) => {
    const body = Buffer.concat(await incoming.toArray());
    const { host: _, connection: __, ...headers } = incoming.headers;
    const response = await fetch(origin + incoming.url, {
      method: incoming.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body }),
    });
    const [status, text] = change(incoming.url ?? '', response.status, await response.text());
    const fields = [...response.headers].filter(([name]) => name !== 'content-length');
    outgoing.writeHead(status, Object.fromEntries(fields)).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function report(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; report: Report }> {
  const { code, out, err } = await start([...args, '--format', 'json'], { env }).ended;
  if (out === '') throw new Error(err);
  return { code, report: JSON.parse(out) as Report };
}

/** Requests of `useApp` that are invalid. */
const REJECTED = 5;

test('record, check, generate scenarios, serve them, replay against them; then the service changes', async () => {
  const folder = folderWith({});
  const file = path.join(folder, 'traffic.har');
  const real = await startReal();
  const names = real.state.config.contract.apis.map(({ name }) => name);
  const upstreams = names.flatMap(name => ['--upstream', `${name}=${real.url}/${name}`]);
  const servers = names.flatMap(name => ['--server', `${name}=${real.url}/${name}`]);

  const proxy = await program(/records (\S+) into \S/, 'record', ...upstreams, '-o', file);
  const calls = await useApp(proxy.url, real);
  const output = await proxy.stop();
  expect(output).toContain(`${calls} exchanges recorded (`);
  const text = readFileSync(file, 'utf8');
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret.replace(/^\S+ /, ''));

  // Invalid requests are intended here, and the service rejects them.
  const checked = await report(['check', file, ...servers, '--side', 'provider']);
  expect(checked.report.verdict).toBe('passed');
  const { passed, rejected } = checked.report.accounting;
  expect([checked.code, passed, rejected.count]).toEqual([0, calls - REJECTED, REJECTED]);

  const made = await run('scenarios', 'from', file, ...servers, '-o', path.join(folder, 'scenarios'), '--on');
  expect([made.code, made.err]).toEqual([0, '']);
  expect(readdirSync(path.join(folder, 'scenarios')).sort()).toEqual([...names].sort());

  const mock = await program(
    /operations\) on (\S+)/,
    ...['serve', '--specs', 'specs', '--scenarios', path.join(folder, 'scenarios')],
  );
  const env = {
    ...Object.fromEntries(
      Object.entries(SECRETS).map(([name, value]) => [`DEADRINGER_SECRET_${name}`, value]),
    ),
    DEADRINGER_SECRET_BONIFIQ_AUTHORIZATION: 'FAKE-user:FAKE-password',
    DEADRINGER_SECRET_DEVICE_TOKEN: 'FAKE-token-of-a-device',
    DEADRINGER_SECRET_DEVICE_TOKEN_2: 'FAKE-token-of-another-device',
  };
  const replayed = (url: string, ...more: string[]): Promise<{ code: number | null; report: Report }> =>
    report(
      [
        ...['replay', file, ...servers, '--allow-writes', '--side', 'provider', ...more],
        ...names.flatMap(name => ['--target', `${name}=${url}/${name}`]),
      ],
      env,
    );
  const again = await replayed(mock.url);
  expect(again.report.findings.filter(({ kind }) => kind === 'difference')).toEqual([]);
  expect(violations(again.report)).toEqual(violations(checked.report));
  expect(again.report.accounting).toMatchObject({ total: calls, passed, rejected: { count: REJECTED } });
  expect([again.code, again.report.verdict]).toEqual([0, 'passed']);

  // The service renames a member of one response, and changes the status of another.
  const changed = await startChanged(real.url, (target, status, body) => {
    if (target.startsWith('/bunce/')) return [status, body.replaceAll('"device_type"', '"platform"')];
    return target.startsWith('/bonifiq/') && status === 200 ? [202, body] : [status, body];
  });
  const after = await replayed(changed);
  expect(after.code).toBe(1);
  expect(differences(after.report)).toEqual([
    'answer-status-differs updateCustomer /response/status 1',
    'answer-member-renamed createCustomerDevices /response/body/devices/*/device_type 1',
  ]);
});
