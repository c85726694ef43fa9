// The servers under test, by name: the command that starts each with the one document, as its own guide does it.
import { fileURLToPath } from 'node:url';
import { run, type Server, scratch, startServer } from './processes.ts';
import type { Question } from './questions.ts';
import { type Asked, SPEC } from './request.ts';

export type PeerName = keyof typeof COMMANDS;

export const PRISM = fileURLToPath(import.meta.resolve('@stoplight/prism-cli/dist/index.js'));
const SILENT = ['--verboseLevel', 'silent'];

const COMMANDS = {
  'bare node:http': (port, { answer }) => ['bench/servers/bare-http.ts', port, answer],
  'bare Express': (port, { answer }) => ['bench/servers/bare-express.ts', port, answer],
  'openapi-backend': port => ['bench/servers/openapi-backend.ts', port, SPEC],
  "Scalar's mock server": port => ['bench/servers/scalar.ts', port, SPEC],
  "Mockoon's CLI": (port, { answer }) => ['bench/servers/mockoon.ts', port, answer, scratch('')],
  "Prism's CLI (log off)": port => [PRISM, 'mock', SPEC, '--port', port, ...SILENT],
  "Prism's CLI (its default log)": port => [PRISM, 'mock', SPEC, '--port', port],
  "Prism's CLI -d (log off)": port => [PRISM, 'mock', SPEC, '--dynamic', '--port', port, ...SILENT],
  deadringer: port => deadringer(port, 'specs'),
  'deadringer --dynamic': port => [...deadringer(port, 'specs'), '--dynamic'],
  'deadringer --workers 2': port => [...deadringer(port, 'specs'), '--workers', '2'],
} satisfies Record<string, (port: string, asked: Asked) => string[]>;

/** @param specs a document or a folder of them */
export function deadringer(port: string, specs: string): string[] {
  return ['bin/deadringer.js', 'serve', '--specs', specs, '--port', port, '--log', 'silent'];
}

export function startPeer(
  name: PeerName,
  asked: Asked,
  questions: readonly Question[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  return startServer(name, port => COMMANDS[name](port, asked), questions, environment);
}

/** @throws Error when this deadringer has no such option, so that nothing else is measured in its place */
export async function demandOption(option: string): Promise<void> {
  const { out } = await run(['bin/deadringer.js', 'serve', '--help']);
  if (!out.includes(`${option} `))
    throw new Error(`"deadringer serve --help" offers no ${option}: there is nothing to measure`);
}
