// The options that every command with a mock server has, and what they mean for the server.

import { type Command, Option } from 'commander';
import type { MockOptions } from '../start-options.ts';
import type { Io } from './io.ts';
import {
  bodyLimitOption,
  corsOriginOption,
  loadOptions,
  overlayOption,
  parseTime,
  provenanceOption,
  redactPersonalOption,
  upstreamTimeoutOption,
} from './options.ts';
import type { LogFormat } from './serve-output.ts';
import { sessionPerCredentialOption, stateFileOption } from './state-options.ts';
import { addStoreOptions, readStoreOptions, type StoreOptionValues } from './store-options.ts';
import { addTlsOptions, type TlsOptionValues } from './tls-options.ts';

export interface ServerOptionValues extends TlsOptionValues, StoreOptionValues {
  readonly scenarios?: string[];
  readonly stateful?: boolean;
  readonly token?: string;
  readonly log: LogFormat;
  readonly bodyLimit: number;
  readonly corsOrigin?: string[];
  readonly callbackHost?: string[];
  readonly callbackTimeout: number;
  readonly provenance?: string[];
  readonly overlay?: string[];
  readonly assertFormats?: boolean;
  readonly redactPersonal?: boolean;
  readonly strict?: boolean;
  readonly stateFile?: string;
  readonly sessionPerCredential?: boolean;
  readonly readOnly?: boolean;
  readonly upstreamTimeout: number;
  readonly drain: number;
}

/** @param withoutToken what holds if there is no token, and other machines reach the server */
export function addServerOptions(command: Command, withoutToken = 'required'): Command {
  return addStoreOptions(addTlsOptions(command))
    .option('--stateful', 'store what requests create, change and delete, and answer from it')
    .addOption(
      new Option(
        '--token <text>',
        `token of the control API; ${withoutToken} if --host is not a loopback address`,
      ).env('DEADRINGER_TOKEN'),
    )
    .addOption(
      new Option('--log <format>', 'log format').choices(['pretty', 'json', 'silent']).default('pretty'),
    )
    .addOption(bodyLimitOption('largest request body that is accepted'))
    .addOption(corsOriginOption)
    .addOption(stateFileOption)
    .addOption(sessionPerCredentialOption)
    .option(
      '--callback-host <host...>',
      'hosts besides this machine to which callbacks and webhooks may be sent, such as app.test or app.test:3000',
    )
    .addOption(
      new Option('--callback-timeout <time>', 'time within which receivers of callbacks must answer')
        .argParser(parseTime)
        .default(10_000, '10s'),
    )
    .addOption(
      new Option(
        '--drain <time>',
        'time in which a server that is told to stop still answers new requests, while its readiness says "stopping"',
      )
        .argParser(parseDrain)
        .default(0, '0s'),
    )
    .option('--strict', 'refuse to start if anything is wrong with a document')
    .option('--read-only', 'do not let the console and the control API write scenario files')
    .addOption(upstreamTimeoutOption)
    .addOption(provenanceOption)
    .addOption(overlayOption)
    .addOption(redactPersonalOption);
}

/** @returns milliseconds; 0: the server stops at once */
function parseDrain(text: string): number {
  return /^0(?:ms|s|m)?$/.test(text.trim()) ? 0 : parseTime(text);
}

/** @param scenarios the folders that are read */
export function serverOptions(
  values: ServerOptionValues,
  scenarios: readonly string[],
  io: Io,
): Omit<MockOptions, 'specs' | 'onError' | 'onSessionDropped'> {
  return {
    scenarios,
    readOnly: values.readOnly ?? false,
    ...(values.stateful !== undefined && { stateful: values.stateful }),
    bodyLimit: values.bodyLimit,
    strict: values.strict ?? false,
    corsOrigins: values.corsOrigin ?? [],
    ...(values.stateFile !== undefined && { stateFile: values.stateFile }),
    sessionPerCredential: values.sessionPerCredential ?? false,
    callbackHosts: values.callbackHost ?? [],
    callbackTimeout: values.callbackTimeout,
    ...(values.token !== undefined && { token: values.token }),
    upstreamTimeout: values.upstreamTimeout,
    ...readStoreOptions(values, io),
    ...loadOptions(values, io),
  };
}
