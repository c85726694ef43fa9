// The servers under load, by name, and the command that starts each of them with the one document.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, type Server, scratch, startServer } from './processes.ts';
import { type DocumentedCall, SPEC } from './request.ts';
import type { Workload } from './workloads.ts';

export const HTTP = 'bare node:http';
export const EXPRESS = 'bare Express';
export const PRISM = "Prism's CLI (log off)";
export const PRISM_DYNAMIC = "Prism's CLI -d (log off)";
/** As `npm start` runs it: five documents, default scenarios, sessions, journal. */
export const OURS = 'deadringer (npm start)';
/** The command for users of Prism, with its document and its options. */
export const OURS_MOCK = 'deadringer mock (log off)';
export const OURS_BARE = 'deadringer, no request values';
export const OURS_LIST = 'deadringer, list scenario active';
export const OURS_DYNAMIC = 'deadringer --dynamic, no scenarios';

export const PRISM_BIN = fileURLToPath(import.meta.resolve('@stoplight/prism-cli/dist/index.js'));
const SILENT = ['--verboseLevel', 'silent'];

const COMMANDS = {
  [HTTP]: (port, { answer }) => ['bench/servers/bare-http.ts', port, answer],
  [EXPRESS]: (port, { answer }) => ['bench/servers/bare-express.ts', port, answer],
  'openapi-backend': port => ['bench/servers/openapi-backend.ts', port, SPEC],
  "Scalar's mock server": port => ['bench/servers/scalar.ts', port, SPEC],
  "Mockoon's CLI": (port, { answer }) => ['bench/servers/mockoon.ts', port, answer, scratch('')],
  [PRISM]: port => [PRISM_BIN, 'mock', SPEC, '--port', port, ...SILENT],
  "Prism's CLI (its default log)": port => [PRISM_BIN, 'mock', SPEC, '--port', port],
  [PRISM_DYNAMIC]: port => [PRISM_BIN, 'mock', SPEC, '--dynamic', '--port', port, ...SILENT],
  [OURS]: port => deadringer(port),
  [OURS_MOCK]: port => ['bin/deadringer.js', 'mock', SPEC, '--port', port, ...SILENT],
  [OURS_BARE]: port => deadringer(port, '--no-request-values'),
  [OURS_LIST]: port => deadringer(port, '--scenarios', 'scenarios', listScenarioFolder()),
  [OURS_DYNAMIC]: port => deadringer(port, '--specs', 'specs', '--dynamic'),
} satisfies Record<string, (port: string, call: DocumentedCall) => string[]>;

export type ServerName = keyof typeof COMMANDS;

/** The arguments of Node for `deadringer serve`, with its log off as that of every other server. */
export function deadringer(port: string, ...options: string[]): string[] {
  return ['bin/deadringer.js', 'serve', ...options, '--port', port, '--log', 'silent'];
}

export function start(
  name: ServerName,
  call: DocumentedCall,
  workloads: readonly Workload[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const command = (port: string): Command => [process.execPath, ...COMMANDS[name](port, call)];
  return startServer(name, command, workloads, environment, name === OURS_LIST ? useListScenario : undefined);
}

/** The body of the 503 answers of the list scenario. */
export const UNAVAILABLE = '{"ErrorMessage":"Not available","ErrorCode":null,"Result":null,"HasError":true}';

const LIST_SCENARIO = `title: Twice unavailable, then served, over and over
rules:
  - on: updateCustomer
    reply:
      - &unavailable { status: 503, body: ${UNAVAILABLE}, off-contract: the document has no 5xx }
      - *unavailable
      - 200
    then: loop
`;

/** The scenario is like bonifiq/flaky in this repository, but does not stay at 200. */
export function listScenarioFolder(): string {
  const folder = scratch('scenarios');
  mkdirSync(path.join(folder, 'bonifiq'), { recursive: true });
  writeFileSync(path.join(folder, 'bonifiq', 'bench-list.yaml'), LIST_SCENARIO);
  return folder;
}

export async function useListScenario(origin: string): Promise<void> {
  const response = await fetch(`${origin}/__deadringer/sessions/default/scenarios`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scenarios: ['bonifiq/bench-list'] }),
  });
  if (!response.ok)
    throw new Error(`the list scenario is refused with ${response.status}: ${await response.text()}`);
}
