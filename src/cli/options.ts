// Options that several commands share, parsed once, at the edge.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option } from 'commander';
import type { LoadOptions } from '../contract/load.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

export const specsOption = new Option('--specs <path...>', 'OpenAPI documents, or folders of them').default(
  undefined,
  './specs, else the five that come with deadringer',
);

const KINDS = ['page', 'vendor', 'vendor-code', 'inferred'];

export const provenanceOption = new Option(
  '--provenance <kinds>',
  'of parts marked x-provenance, keep only these kinds: "vendor,inferred"; "page" keeps none',
).argParser(value =>
  value
    .split(',')
    .map(kind => kind.trim())
    .filter(kind => kind !== '')
    .map(kind => {
      if (KINDS.includes(kind)) return kind;
      throw new InvalidArgumentError(`A kind is one of ${KINDS.join(', ')}.`);
    })
    .filter(kind => kind !== 'page'),
);

export const formatsOption = new Option(
  '--assert-formats',
  'let "format" reject values, as JSON Schema does only on request',
);

export const scenariosOption = new Option(
  '--scenarios <folder...>',
  'folders of scenarios, <folder>/<api>/<name>.yaml',
).default(undefined, './scenarios beside ./specs, else those that come with deadringer');

/** What was given; else those beside the documents; the package's own only with the package's own documents. */
export function scenarioPaths(
  given: readonly string[] | undefined,
  specs: readonly string[] | undefined,
): readonly string[] {
  if (given !== undefined) return given;
  if (existsSync('scenarios')) return specs === undefined ? ['scenarios'] : [];
  return specs === undefined && !existsSync('specs')
    ? [fileURLToPath(new URL('../../scenarios', import.meta.url))]
    : [];
}

/** What `lint` checks when nothing is named. The package's own documents would say nothing of the project. */
export function ownSpecs(how = 'name the documents to check'): readonly string[] {
  if (existsSync('specs')) return ['specs'];
  throw new UsageError(`there is no folder "specs" here; ${how}`);
}

/** What was given, else ./specs of the working folder, else the documents of the package. */
export function specPaths(given: readonly string[] | undefined): readonly string[] {
  if (given !== undefined && given.length > 0) return given;
  if (existsSync('specs')) return ['specs'];
  return [fileURLToPath(new URL('../../specs', import.meta.url))];
}

export const upstreamOption = new Option(
  '--upstream <url...>',
  'real services that answer instead of the mock: a URL in the place of the server URL of the document that names its host, or name=url for an API or operation (petstore=..., petstore.getPet=...)',
);

export const upstreamTimeoutOption = new Option(
  '--upstream-timeout <time>',
  'silence after which a real service is given up',
)
  .argParser(parseTime)
  .default(30_000, '30s');

/** @param what is limited by it */
export function bodyLimitOption(what: string): Option {
  return new Option('--body-limit <size>', what).argParser(parseSize).default(10 * 1024 ** 2, '10mb');
}

export function loadOptions(
  options: { provenance?: string[]; assertFormats?: boolean },
  io: Io,
): LoadOptions {
  return {
    relativeTo: io.cwd,
    ...(options.provenance !== undefined && { provenance: options.provenance }),
    ...(options.assertFormats !== undefined && { assertFormats: options.assertFormats }),
  };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

/** "250ms", "2s", "1m", from a millisecond to an hour. A plain number could be either. @returns milliseconds */
export function parseTime(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text.trim()) ?? [];
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
  const time = Number(number) * (factors[unit] ?? 0);
  if (!(time >= 1 && time <= 3_600_000))
    throw new InvalidArgumentError('A time is written like 30s, 500ms or 2m, and is an hour at most.');
  return Math.round(time);
}

/** "10mb", "512kb" or a plain number of bytes. */
export function parseSize(text: string): number {
  const [, number, unit = ''] = /^(\d+)\s*(|b|kb|mb|gb)$/i.exec(text.trim()) ?? [];
  if (number === undefined) throw new InvalidArgumentError('A size is written like 10mb, 512kb or 1048576.');
  const factors: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };
  return Number(number) * (factors[unit.toLowerCase()] ?? 1);
}

/** Node's own error for a port or a file, in words. */
export function explainSystemError(error: unknown, subject: string): UsageError | undefined {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return new UsageError(
        `${subject} is already in use; stop what runs there, or choose another with --port (0 takes any free one)`,
      );
    case 'EACCES':
      return new UsageError(`${subject} may not be used by this user; choose a port above 1023 with --port`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UsageError(`${subject} is not an address of this machine; choose one with --host`);
    default:
      return undefined;
  }
}
