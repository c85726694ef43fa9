// Options that several commands share, and their parsers.
import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../finding/duration.ts';
import { projectSpecs } from '../mock/default-sources.ts';
import { REQUEST_VALIDATIONS } from '../mock/preferences.ts';
import type { LoadOptions } from '../openapi/load.ts';
import { DEFAULTS } from '../start-options.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

export const specsOption = new Option(
  '--specs <path...>',
  'OpenAPI documents, or folders of documents; name=file names the API (default: ./specs, else ./openapi.yaml, else the bundled examples)',
);

export const overlayOption = new Option(
  '--overlay <file>',
  'OpenAPI Overlay 1.0 or 1.1 that changes the documents when they are loaded; repeatable, applied in this order',
).argParser(collectValue);

/** For an option that may be given several times. */
export function collectValue(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** The arguments of "lint" for the documents of a command. */
export function documentWords(specs: readonly string[], overlays: readonly string[] = []): readonly string[] {
  return [...specs, ...overlays.flatMap(each => ['--overlay', each])];
}

const PROVENANCE_KINDS = ['page', 'vendor', 'vendor-code', 'inferred'];

export const provenanceOption = new Option(
  '--provenance <kinds>',
  'of the document parts marked x-provenance, keep only those of these kinds, such as "vendor,inferred"; "page" removes all marked parts',
).argParser(value =>
  value
    .split(',')
    .map(kind => kind.trim())
    .filter(kind => kind !== '')
    .map(kind => {
      if (PROVENANCE_KINDS.includes(kind)) return kind;
      throw new InvalidArgumentError(
        `Use one or more of ${PROVENANCE_KINDS.join(', ')}, separated by commas.`,
      );
    })
    .filter(kind => kind !== 'page'),
);

export const redactPersonalOption = new Option(
  '--redact-personal',
  'replace personal data like secrets: names of persons, phone numbers, birth dates, postal, e-mail and IP addresses, tax, bank and card numbers',
);

export const formatsOption = new Option('--assert-formats', 'validate the "format" keyword');

export const scenariosOption = new Option(
  '--scenarios <folder...>',
  'folders with scenarios, <folder>/<api>/<name>.yaml (default: ./scenarios if no document is named; for the bundled documents, the bundled scenarios)',
);

/** The default documents of `lint`. The bundled documents are no default: linting them says nothing about the project. */
export function localSpecs(remedy = 'name the documents to check'): readonly string[] {
  const specs = projectSpecs();
  if (specs.length > 0) return specs;
  throw new UsageError(`no folder "specs" and no openapi.yaml in the working directory; ${remedy}`);
}

export const upstreamOption = new Option(
  '--upstream <url...>',
  'real service to forward requests to: a URL for the API whose document has that host, or name=url for one API or operation (petstore=..., petstore.getPet=...)',
);

export const upstreamTimeoutOption = new Option(
  '--upstream-timeout <time>',
  'time without data after which an upstream request fails',
)
  .argParser(parseTime)
  .default(DEFAULTS.upstreamTimeout, '30s');

export const hostOption = new Option(
  '--host <address>',
  'address to listen on; the default accepts only local connections',
)
  .env('DEADRINGER_HOST')
  .default(DEFAULTS.host);

export const validateRequestOption = new Option(
  '--validate-request <mode>',
  'invalid requests: on rejects them; warn answers them like valid ones, with a note in log and response; off leaves the log out',
)
  .choices(REQUEST_VALIDATIONS)
  .default('on');

export const corsOriginOption = new Option(
  '--cors-origin <origin...>',
  'web pages that may read real services through this server, such as https://app.example.com; * allows all (pages of this machine always may)',
);

/** @param description of what the option limits */
export function bodyLimitOption(description: string): Option {
  return new Option('--body-limit <size>', description)
    .argParser(parseSize)
    .default(DEFAULTS.bodyLimit, '10mb');
}

export function loadOptions(
  options: { provenance?: string[]; assertFormats?: boolean; redactPersonal?: boolean; overlay?: string[] },
  io: Io,
): LoadOptions {
  return {
    relativeTo: io.cwd,
    ...(options.provenance !== undefined && { provenance: options.provenance }),
    ...(options.assertFormats !== undefined && { assertFormats: options.assertFormats }),
    ...(options.redactPersonal !== undefined && { redactPersonal: options.redactPersonal }),
    ...(options.overlay !== undefined && { overlays: options.overlay }),
  };
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new InvalidArgumentError('Must be a number from 0 to 65535.');
  return port;
}

/** Parses "250ms", "2s" or "1m", from a millisecond to an hour. A number without a unit is ambiguous. @returns milliseconds */
export function parseTime(text: string): number {
  const time = parseDuration(text.trim()) ?? 0;
  if (!(time >= 1 && time <= 3_600_000))
    throw new InvalidArgumentError('Write a time such as 30s, 500ms or 2m; the maximum is one hour.');
  return Math.round(time);
}

/** Parses "10mb", "512kb" or a number of bytes. @returns bytes */
export function parseSize(text: string): number {
  const [, number, unit = ''] = /^(\d+)\s*(|b|kb|mb|gb)$/i.exec(text.trim()) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Write a size such as 10mb, 512kb or 1048576.');
  const factors: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };
  return Number(number) * (factors[unit.toLowerCase()] ?? 1);
}

/** Explains Node's error code for a port. @returns undefined for other errors */
export function toUsageError(error: unknown, address: string): UsageError | undefined {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return new UsageError(
        `${address} is already in use; stop the other process, or choose another port with --port (0: any free port)`,
      );
    case 'EACCES':
      return new UsageError(`${address} requires more privileges; choose a port above 1023 with --port`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UsageError(`${address} is not an address of this machine; choose another with --host`);
    default:
      return undefined;
  }
}
