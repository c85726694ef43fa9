// Requests about the stored items of test/fixtures/state/pets.yaml, and the items that a session has at first.
import { writeFileSync } from 'node:fs';
import { type Server, scratch } from './processes.ts';
import type { Workload } from './workloads.ts';

export const PETS_SPEC = 'test/fixtures/state/pets.yaml';
/** The items that reads and changes are about. */
const ITEMS = 50;

const JSON_BODY = { 'content-type': 'application/json' };
const PET = '{"name":"Rex {number}","tag":"dog"}';

/** The paths of all items. */
export const PET_ITEMS = Array.from({ length: ITEMS }, (_, index) => `/pets/pets/${index + 1}`);

export function petWorkload(
  name: string,
  method: 'GET' | 'POST' | 'PUT',
  paths: readonly string[],
  status: number,
): Workload {
  const body = method === 'GET' ? '' : PET;
  const headers = method === 'GET' ? {} : JSON_BODY;
  const steps = paths.map(path => ({
    request: { method, path, headers: { host: '127.0.0.1', ...headers }, body },
    status,
    bodyError: () => undefined,
  }));
  return { name, steps };
}

/** @returns the file for --state-file */
export function writePets(): string {
  const file = scratch('state.json');
  const pets = Array.from({ length: ITEMS }, (_, index) => ({
    id: index + 1,
    name: `Rex ${index}`,
    createdAt: '2026-01-01T00:00:00Z',
  }));
  writeFileSync(file, JSON.stringify({ version: 1, apis: { pets: { pets } } }));
  return file;
}

/** Back to the items of the state file. */
export async function resetState({ origin }: Server): Promise<void> {
  const response = await fetch(`${origin}/__deadringer/sessions/default/state`, { method: 'DELETE' });
  if (!response.ok && response.status !== 404) throw new Error(`the reset is refused: ${response.status}`);
}
