// The manifests in docs/kubernetes: their structure, and that they agree with each other, the image, the command and its routes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import type { Io } from '../../src/cli/io.ts';
import { readStoreOptions, type StoreOptionValues } from '../../src/cli/store-options.ts';
import { startMock } from '../../src/index.ts';
import { parseStoreUrl } from '../../src/store/shared/store-settings.ts';
import { environmentOf, readDockerfile, settingOf } from '../container/dockerfile.ts';
import { KUBERNETES_OBJECT, type KubernetesObject } from './kinds.ts';

const FILES = ['deadringer.yaml', 'valkey-try-out.yaml'];
const objects = FILES.flatMap(name => objectsOf(readFileSync(`docs/kubernetes/${name}`, 'utf8')));

function objectsOf(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map(document => {
    expect(document.errors).toEqual([]);
    return KUBERNETES_OBJECT.parse(document.toJS());
  });
}

function the<Kind extends KubernetesObject['kind']>(
  kind: Kind,
  name: string,
): Extract<KubernetesObject, { kind: Kind }> {
  const found = objects.filter(each => each.kind === kind && each.metadata.name === name);
  expect(found.length).toBe(1);
  return found[0] as Extract<KubernetesObject, { kind: Kind }>;
}

/** @returns the command of the arguments, which it accepts */
async function parseArguments([name = '', ...args]: readonly string[]): Promise<Command> {
  const command = new Command(name).exitOverride().configureOutput({ writeErr: () => {} });
  const entry = COMMANDS.find(({ usage }) => usage.split(' ')[0] === name);
  (await entry?.load())?.build(command, () => {}, { env: {} } as Io);
  command.action(() => {});
  return command.parseAsync(args, { from: 'user' });
}

const deployment = the('Deployment', 'deadringer');
const store = the('StatefulSet', 'valkey');
const pods = [deployment, store];

test('each object has its name once in its kind', () => {
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
});

test.each(pods)('the selectors of $metadata.name select its pods', ({ metadata, spec }) => {
  const { labels } = spec.template.metadata;
  expect(labels).toEqual(metadata.labels);
  expect(spec.selector.matchLabels).toEqual(labels);
  expect(the('Service', metadata.name).spec.selector).toEqual(labels);
  for (const { labelSelector } of spec.template.spec.topologySpreadConstraints ?? [])
    expect(labelSelector.matchLabels).toEqual(labels);
});

test.each(pods)('what $metadata.name mounts and the ports that it names exist', ({ metadata, spec }) => {
  const [container] = spec.template.spec.containers;
  const ports = container.ports.map(({ name }) => name);
  const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
  for (const { httpGet, tcpSocket } of probes) expect(ports).toContain((httpGet ?? tcpSocket)?.port);
  for (const { targetPort } of the('Service', metadata.name).spec.ports) expect(ports).toContain(targetPort);
  const claims = 'volumeClaimTemplates' in spec ? spec.volumeClaimTemplates : [];
  const volumes = [
    ...spec.template.spec.volumes.map(({ name }) => name),
    ...claims.map(each => each.metadata.name),
  ];
  expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes);
  for (const { configMap, secret } of spec.template.spec.volumes) {
    if (configMap !== undefined) the('ConfigMap', configMap.name);
    if (secret !== undefined) the('Secret', secret.secretName);
  }
});

test('replicas are replaced without a gap, scaled by their CPU, and protected from evictions', () => {
  expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
  const { scaleTargetRef, minReplicas, maxReplicas } = the('HorizontalPodAutoscaler', 'deadringer').spec;
  expect(scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'deadringer' });
  expect(maxReplicas).toBeGreaterThan(minReplicas);
  const { maxUnavailable, selector } = the('PodDisruptionBudget', 'deadringer').spec;
  expect(minReplicas).toBeGreaterThan(maxUnavailable);
  expect(selector).toEqual(deployment.spec.selector);
});

test('only replicas reach the store', () => {
  const { podSelector, ingress } = the('NetworkPolicy', 'valkey').spec;
  expect(podSelector).toEqual(store.spec.selector);
  expect(ingress).toEqual([
    { from: [{ podSelector: deployment.spec.selector }], ports: [{ protocol: 'TCP', port: 'valkey' }] },
  ]);
});

describe('the replicas', () => {
  const [container] = deployment.spec.template.spec.containers;
  const secret = the('Secret', 'deadringer');

  test('run the image as it is built', () => {
    const image = readDockerfile('Dockerfile').at(-1) as ReturnType<typeof readDockerfile>[number];
    const { runAsUser, runAsGroup } = deployment.spec.template.spec.securityContext;
    expect(`${runAsUser}:${runAsGroup}`).toBe(settingOf(image, 'USER'));
    expect(container.ports.map(({ containerPort }) => String(containerPort))).toEqual([
      settingOf(image, 'EXPOSE'),
    ]);
    expect(environmentOf(image).DEADRINGER_HOST).toBe('0.0.0.0');
  });

  test('have arguments and variables that the command knows', async () => {
    const command = await parseArguments(container.args);
    expect(command.name()).toBe('serve');
    const variables = Object.fromEntries([
      ...(container.env ?? []).map(({ name, value }) => [name, value] as const),
      ...(container.envFrom ?? []).flatMap(({ secretRef }) =>
        Object.entries(the('Secret', secretRef.name).stringData),
      ),
    ]);
    const known = command.options.flatMap(({ envVar }) => envVar ?? []);
    expect(known).toEqual(expect.arrayContaining(['DEADRINGER_STORE', 'DEADRINGER_TOKEN']));
    const { DEADRINGER_STORE: url = '', ...secrets } = variables;
    expect(Object.keys(secrets).toSorted()).toEqual([
      'DEADRINGER_STORE_KEY',
      'DEADRINGER_STORE_PASSWORD',
      'DEADRINGER_TOKEN',
    ]);
    const read = readStoreOptions({ ...command.opts<StoreOptionValues>(), store: url }, {
      env: secrets,
    } as unknown as Io);
    expect(read.store).toMatchObject({
      url,
      key: secrets.DEADRINGER_STORE_KEY,
      password: secrets.DEADRINGER_STORE_PASSWORD,
    });
  });

  test('are asked by paths of the control API that need no token', () => {
    const { paths } = parse(readFileSync('src/http/control/control.openapi.yaml', 'utf8'));
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      const route = probe.httpGet?.path.replace(/^\/__deadringer/, '') ?? '';
      expect(paths[route].get.security).toEqual([]);
    }
  });

  test('have time to end: to drain, and for pending responses', () => {
    const drain = Number.parseInt(container.args[container.args.indexOf('--drain') + 1] ?? '', 10);
    const { periodSeconds, failureThreshold = 3 } = container.readinessProbe;
    expect(drain).toBeGreaterThan(periodSeconds * failureThreshold);
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(drain + 5);
  });

  test('find the store under its name and port, with a user and without a password in the URL', () => {
    const url = (container.env ?? []).find(({ name }) => name === 'DEADRINGER_STORE')?.value ?? '';
    const address = parseStoreUrl(url);
    const { metadata, spec } = the('Service', 'valkey');
    expect(address).toMatchObject({
      hosts: [{ host: metadata.name, port: spec.ports[0]?.port }],
      username: 'deadringer',
      password: undefined,
    });
  });

  test('have secrets that are obviously fake', () => {
    for (const value of Object.values(secret.stringData)) expect(value).toMatch(/^FAKE-/);
  });

  test('serve the document of the ConfigMap', async () => {
    const { data } = the('ConfigMap', 'deadringer-specs');
    const folder = mkdtempSync(path.join(tmpdir(), 'manifests-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, text] of Object.entries(data)) writeFileSync(path.join(folder, name), text);
    const mock = await startMock({
      specs: [folder],
      port: 0,
      stateful: true,
    });
    try {
      const response = await fetch(`${mock.url}/pets`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"name":"Rex"}',
      });
      expect({ status: response.status, body: await response.json() }).toMatchObject({
        status: 201,
        body: { name: 'Rex' },
      });
    } finally {
      await mock.close();
    }
  });
});

describe('the users of the store for a trial', () => {
  const [, user = ''] = the('Secret', 'valkey-users').stringData['users.acl']?.split('\n') ?? [];

  test('have the rights that the page names', () => {
    const page = readFileSync('docs/scale.md', 'utf8');
    const [, line] = /^user deadringer on (.*)$/m.exec(page) ?? [];
    expect(user).toBe(`user deadringer on ${line}`);
  });

  test('have the password of the replicas', () => {
    const password = the('Secret', 'deadringer').stringData.DEADRINGER_STORE_PASSWORD;
    expect(user).toContain(` >${password} `);
  });
});

test('the Job of the page checks a folder for each of its indexes, with arguments that the command knows', async () => {
  const page = readFileSync('docs/scale.md', 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block as string);
  const [job] = blocks.filter(text => text.includes('kind: Job')).flatMap(objectsOf);
  if (job?.kind !== 'Job') throw new Error('the page has no Job');
  const { completions, parallelism, template } = job.spec;
  expect(parallelism).toBe(completions);
  const [container] = template.spec.containers;
  expect((await parseArguments(container.args)).name()).toBe('check');
  expect(container.args.filter(each => each.includes('$(JOB_COMPLETION_INDEX)')).length).toBe(2);
  expect(container.volumeMounts.map(({ name }) => name)).toEqual(
    template.spec.volumes.map(({ name }) => name),
  );
});
