// Test helper: generates scenarios from recordings into a temporary folder and serves them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Mock, startMock } from '../../src/index.ts';
import { loadContract } from '../../src/openapi/load.ts';
import type { Contract } from '../../src/openapi/model.ts';
import { type GeneratorResult, generateScenarios } from '../../src/scenario-generator/generate.ts';
import type { ScenarioFile } from '../../src/scenario-generator/write-scenarios.ts';

export interface GeneratedFolder extends GeneratorResult {
  /** The scenarios folder, for `serve --scenarios`. */
  readonly folder: string;
}

/** @param recordings HAR or NDJSON text by file name */
export async function generateFrom(
  specs: readonly string[],
  recordings: Readonly<Record<string, string>>,
  servers: readonly string[] = [],
): Promise<GeneratedFolder> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'deadringer-generated-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const { contract } = await loadContract(specs, { relativeTo: '.' });
  return await generateInto(root, contract, recordings, { servers });
}

export async function generateInto(
  root: string,
  contract: Contract,
  recordings: Readonly<Record<string, string>>,
  options: { servers?: readonly string[]; prefix?: string; onByDefault?: boolean } = {},
): Promise<GeneratedFolder> {
  const traffic = Object.entries(recordings).map(([name, text]) => {
    writeFileSync(path.join(root, name), text);
    return path.join(root, name);
  });
  const generated = await generateScenarios(contract, {
    traffic,
    servers: [],
    prefix: 'recorded',
    onByDefault: true,
    schema: undefined,
    nameOf: file => path.basename(file),
    ...options,
  });
  const folder = path.join(root, 'scenarios');
  for (const { api, name, text } of generated.files) {
    mkdirSync(path.join(folder, api), { recursive: true });
    writeFileSync(path.join(folder, api, `${name}.yaml`), text);
  }
  return { ...generated, folder };
}

/** A mock with all scenarios of the folder. */
export async function serveGenerated(specs: readonly string[], { folder }: GeneratedFolder): Promise<Mock> {
  const mock = await startMock({ specs, scenarios: [folder] });
  onTestFinished(() => mock.close());
  return mock;
}

/** The text of the only file with this name, without its first comment. */
export function fileOf({ files }: GeneratorResult, name: string): string {
  const matches = files.filter((each: ScenarioFile) => each.name === name);
  const [file] = matches;
  if (file === undefined || matches.length > 1)
    throw new Error(
      `there are ${matches.length} files ${name} among ${files.map(each => each.name).join(', ')}`,
    );
  return file.text.replace(/^#.*\n/, '');
}
