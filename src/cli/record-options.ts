// Options of the command record, as commander parses them.
import { type Command, Option } from 'commander';
import {
  bodyLimitOption,
  corsOriginOption,
  formatsOption,
  hostOption,
  overlayOption,
  parsePort,
  parseSize,
  redactPersonalOption,
  specsOption,
  upstreamOption,
  upstreamTimeoutOption,
} from './options.ts';
import { addTlsOptions, type TlsOptionValues } from './tls-options.ts';

export interface RecordOptions extends TlsOptionValues {
  specs?: string[];
  upstream?: string[];
  output?: string;
  append?: boolean;
  rotate?: number;
  keepSecrets?: boolean;
  port?: number;
  host: string;
  cors: boolean;
  corsOrigin?: string[];
  log: 'pretty' | 'json' | 'silent';
  upstreamTimeout: number;
  bodyLimit: number;
  assertFormats?: boolean;
  overlay?: string[];
  redactPersonal?: boolean;
}

export function addRecordOptions(command: Command): void {
  command
    .argument('[command...]', 'command and arguments, after --; the recording ends when it ends')
    .addOption(upstreamOption)
    .option('-o, --output <file>', 'recording to write: traffic.har or traffic.ndjson')
    .option('--append', 'append to an existing recording')
    .option('--rotate <size>', 'start a new file (traffic.2.har, ...) when this size is reached', parseSize)
    .option('--keep-secrets', 'do not redact credentials and other secrets (dangerous)')
    .addOption(specsOption)
    .option(
      '-p, --port <number>',
      'port; 0: any free port (default: 4010; with a command, any free port)',
      parsePort,
    )
    .addOption(hostOption)
    .option('--no-cors', 'disable CORS')
    .addOption(corsOriginOption)
    .addOption(
      new Option('--log <format>', 'log format').choices(['pretty', 'json', 'silent']).default('pretty'),
    )
    .addOption(bodyLimitOption('largest body that is recorded and validated'))
    .addOption(upstreamTimeoutOption)
    .addOption(overlayOption)
    .addOption(formatsOption)
    .addOption(redactPersonalOption);
  addTlsOptions(command);
}
