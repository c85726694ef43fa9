// Workflows, the action, and the YAML of docs/container.md and docs/github-action.md: valid, safe, current, and with commands that exist.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import type { Io } from '../../src/cli/io.ts';
import { ACTION } from './runner.ts';

/** The current major versions of other actions (July 2026). */
const MAJORS: Readonly<Record<string, string>> = {
  'actions/attest': 'v4',
  'actions/cache': 'v6',
  'actions/checkout': 'v7',
  'actions/deploy-pages': 'v5',
  'actions/download-artifact': 'v8',
  'actions/setup-node': 'v7',
  'actions/upload-artifact': 'v7',
  'actions/upload-pages-artifact': 'v5',
  'changesets/action': 'v2',
  'docker/build-push-action': 'v7',
  'docker/login-action': 'v4',
  'docker/metadata-action': 'v6',
  'docker/setup-buildx-action': 'v4',
  'github/codeql-action/upload-sarif': 'v4',
};
const PAGES = ['docs/container.md', 'docs/github-action.md', 'docs/ci.md', 'docs/guides/ci.md'];
const IMAGE = 'ghcr.io/deadringer/deadringer';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly 'runs-on'?: string;
  readonly uses?: string;
  readonly needs?: string;
  readonly steps?: readonly Step[];
  readonly services?: Readonly<Record<string, { readonly image: string; readonly command?: string }>>;
}
// biome-ignore lint/suspicious/noExplicitAny: manifests of other programs
type Any = any;

function blocks(page: string, language: string): string[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, block]) => block as string,
  );
}
const yaml = PAGES.flatMap(page => blocks(page, 'yaml').flatMap(text => parseAllDocuments(text))).map(
  document => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Any;
  },
);
const files = readdirSync('.github/workflows').map(name => path.join('.github/workflows', name));
const workflows: { readonly jobs: Readonly<Record<string, Job>> }[] = [
  ...files.map(file => parse(readFileSync(file, 'utf8'))),
  ...yaml.filter(document => document.jobs !== undefined),
];
const jobs = workflows.flatMap(workflow => Object.values(workflow.jobs));
const steps: readonly Step[] = [
  ...jobs.flatMap(job => job.steps ?? []),
  ...yaml.filter(document => Array.isArray(document)).flat(),
  ...ACTION.runs.steps,
];

test('the pages have the examples that are tested here', () => {
  expect(workflows.length).toBe(files.length + 6);
  expect(yaml.filter(({ kind }) => kind !== undefined).length).toBe(2);
});

test('all actions have their current major version', () => {
  const others = steps.flatMap(({ uses }) =>
    uses === undefined || uses === './' || uses.startsWith('deadringer/') ? [] : [uses],
  );
  const known = Object.entries(MAJORS).map(([name, version]) => `${name}@${version}`);
  expect(others.filter(uses => !known.includes(uses))).toEqual([]);
});

test('no script contains an expression: its value would be executed', () => {
  expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
});

test('every input that a workflow gives to the action exists, and none is missing on its page', () => {
  const uses = steps.filter(step => step.uses === './' || step.uses?.startsWith('deadringer/deadringer@'));
  expect(uses.length).toBeGreaterThan(5);
  const names = uses.flatMap(step => Object.keys(step.with ?? {}));
  expect(names.filter(name => !(name in ACTION.inputs))).toEqual([]);
  const page = readFileSync('docs/github-action.md', 'utf8');
  expect(
    [...Object.keys(ACTION.inputs), ...Object.keys(ACTION.outputs)].filter(
      name => !page.includes(`\`${name}\``),
    ),
  ).toEqual([]);
});

test('each job has a runner, and needs only jobs that exist', () => {
  for (const workflow of workflows)
    for (const job of Object.values(workflow.jobs)) {
      expect(job['runs-on'] ?? job.uses).toBeDefined();
      if (job.needs !== undefined) expect(Object.keys(workflow.jobs)).toContain(job.needs);
    }
});

describe('the command line accepts what the examples run', () => {
  const accept = async (words: readonly string[]): Promise<void> => {
    const [name = '', ...args] = words;
    const entry = COMMANDS.find(({ usage }) => usage.split(' ')[0] === name);
    if (entry === undefined) throw new Error(`there is no command ${name}`);
    const command = new Command(name).exitOverride().configureOutput({ writeErr: () => {} });
    (await entry.load()).build(command, () => {}, {} as Io);
    for (const each of [command, ...command.commands]) each.action(() => {});
    await command.parseAsync(args, { from: 'user' });
  };
  const split = (text: string): string[] => text.trim().split(/\s+/);
  const argumentsOf = (text: string, program: string): string[] =>
    text
      .replaceAll(/\\\n/g, ' ')
      .split('\n')
      .flatMap(line => line.split(program).slice(1));
  const shell = [...PAGES.flatMap(page => blocks(page, 'sh')), ...steps.flatMap(({ run }) => run ?? [])].map(
    text => text.replaceAll(/\s#.*$/gm, ''),
  );
  const lines = [
    ...shell
      .flatMap(text => [...argumentsOf(text, IMAGE), ...argumentsOf(text, 'npx deadringer')])
      .map(split),
    ...yaml.flatMap(({ services }) =>
      services?.mock === undefined ? [] : [services.mock.command as string[]],
    ),
    ...yaml
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ spec }) => spec.template.spec.containers[0].args as string[]),
    ...jobs
      .flatMap(({ services = {} }) => Object.values(services))
      .flatMap(({ command }) => (command ? [split(command)] : [])),
  ].filter(words => words[0] !== '' && words[0] !== undefined);

  test('the examples have command lines', () => expect(lines.length).toBeGreaterThan(8));
  test.each(lines.map(words => [words.join(' '), words] as const))('%s', (_, words) => accept(words));
});

test('the manifests for Kubernetes agree with each other and with the image', () => {
  const deployment = yaml.find(({ kind }) => kind === 'Deployment');
  const service = yaml.find(({ kind }) => kind === 'Service');
  const { metadata, spec } = deployment.spec.template;
  const [container] = spec.containers;
  expect(deployment.spec.selector.matchLabels).toEqual(metadata.labels);
  expect(service.spec.selector).toEqual(metadata.labels);
  const ports = container.ports.map(({ name }: Any) => name);
  expect(ports).toEqual([service.spec.ports[0].targetPort]);
  expect(container.ports[0].containerPort).toBe(4010);
  expect(container.image).toBe(IMAGE);
  expect(container.securityContext).toMatchObject({
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
  });
  expect(spec.securityContext.runAsNonRoot).toBe(true);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
    expect(container[probe].httpGet).toEqual({ path: '/__deadringer/health', port: 'http' });
  expect(container.volumeMounts.map(({ name }: Any) => name)).toEqual(
    spec.volumes.map(({ name }: Any) => name),
  );
  expect(container.env.map(({ name }: Any) => name)).toEqual(['DEADRINGER_TOKEN']);
});

test('the services of Compose use the image, read-only, and wait for its health', () => {
  const { mock, app } = yaml.find(({ services }) => services?.mock).services;
  expect(mock).toMatchObject({ image: IMAGE, read_only: true, ports: ['127.0.0.1:4010:4010'] });
  expect(Object.keys(mock.environment)).toEqual(['DEADRINGER_TOKEN']);
  expect(mock.volumes).toEqual(['./specs:/specs:ro', './scenarios:/scenarios:ro']);
  expect(app.depends_on).toEqual({ mock: { condition: 'service_healthy' } });
});
