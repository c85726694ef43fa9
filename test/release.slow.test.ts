// The next release: the version that changesets ask for, and the changelog that they become.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

test('a changeset raises the version, and its line stands at the top of the changelog', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['package.json', 'package-lock.json', 'CHANGELOG.md', '.changeset'])
    cpSync(name, path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, '.changeset/new.md'), "---\n'deadringer': minor\n---\n\nA thing is new.\n");
  const git = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('git', 'init', '--quiet', '--initial-branch', 'main');
  run('git', 'add', '.');
  run('git', ...git, 'commit', '--quiet', '--message', 'Add a changeset');
  const before = readFileSync(path.join(folder, 'CHANGELOG.md'), 'utf8').replace('# Changelog\n', '');

  run(path.resolve('node_modules/.bin/changeset'), 'version');

  const version = (file: string): string =>
    (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  const [major, minor] = version('package.json').split('.');
  const raised = `${major}.${Number(minor) + 1}.0`;
  expect(version(path.join(folder, 'package.json'))).toBe(raised);
  const changelog = readFileSync(path.join(folder, 'CHANGELOG.md'), 'utf8');
  expect(changelog).toMatch(
    new RegExp(`^# Changelog\n\n## ${raised}\n\n### Minor Changes\n\n(?:- .*\n)*- .*A thing is new\\.\n`),
  );
  expect(changelog.endsWith(before.trimStart())).toBe(true);
});
