// Options of run, and what they ask for.
import { type Command, Option } from 'commander';
import type { Report } from '../check/report.ts';
import type { IssueKind } from '../check/report-terms.ts';
import type { RequestValidation } from '../mock/preferences.ts';
import type { ReportFormat } from '../reporters/formats.ts';
import { CHECK_KINDS } from './check.ts';
import { UsageError } from './command.ts';
import {
  formatsOption,
  overlayOption,
  parsePort,
  provenanceOption,
  redactPersonalOption,
  scenariosOption,
  specsOption,
  validateRequestOption,
} from './options.ts';
import { formatOption, type ReportOutput, refuseToOverwrite, resolveOutputs } from './report-output.ts';
import { addTlsOptions, type TlsOptionValues } from './tls-options.ts';
import {
  baselineOption,
  failOnOption,
  minCoverageOption,
  sideOption,
  updateBaselineOption,
} from './traffic-options.ts';

export interface RunCommandOptions extends TlsOptionValues {
  specs?: string[];
  scenarios?: string[];
  provenance?: string[];
  overlay?: string[];
  assertFormats?: boolean;
  redactPersonal?: boolean;
  port: number;
  use?: string[];
  validateRequest: RequestValidation;
  verify?: string;
  har?: string;
  failOn: IssueKind[];
  minCoverage: Report['settings']['minCoverage'];
  side: Report['settings']['side'];
  baseline?: string;
  updateBaseline?: boolean;
  format: ReportFormat[];
  report?: string;
  log: 'pretty' | 'silent';
}

/** The options that check the exchanges; without any of them, nothing is checked. */
const CHECK_OPTIONS = [
  'failOn',
  'minCoverage',
  'side',
  'baseline',
  'updateBaseline',
  'format',
  'report',
] as const;

export function addRunOptions(command: Command): void {
  command
    .argument('<command...>', 'command and arguments, after --')
    .addOption(specsOption)
    .addOption(scenariosOption)
    .option('-p, --port <number>', 'port; 0: any free port', parsePort, 0)
    .addOption(validateRequestOption)
    .option('--use <scenario...>', 'scenarios to enable in the default session')
    .option('--verify <file>', 'expectations to verify in the default session when the command ends')
    .addOption(
      failOnOption(
        CHECK_KINDS,
        ['violation'],
        '; nothing is checked without this option or one of the next six',
      ),
    )
    .addOption(minCoverageOption)
    .addOption(sideOption('client'))
    .addOption(baselineOption)
    .addOption(updateBaselineOption)
    .addOption(formatOption)
    .option('--report <path>', 'file for the report; a folder if there are several formats')
    .option('--har <file>', 'write the exchanges of all sessions into a HAR file, without secrets')
    .addOption(
      new Option('--log <format>', 'log format, on stderr').choices(['pretty', 'silent']).default('silent'),
    )
    .addOption(overlayOption)
    .addOption(formatsOption)
    .addOption(redactPersonalOption)
    .addOption(provenanceOption);
  addTlsOptions(command);
}

/** Where the report is written. @returns undefined if no option asks for a check */
export function readOutputs(options: RunCommandOptions, command: Command): ReportOutput[] | undefined {
  if (CHECK_OPTIONS.every(name => [undefined, 'default'].includes(command.getOptionValueSource(name))))
    return undefined;
  const { format, report, baseline, specs = [], overlay = [], har } = options;
  if (options.updateBaseline && baseline === undefined)
    throw new UsageError('--update-baseline requires --baseline <file>');
  const outputs = resolveOutputs({ format, ...(report !== undefined && { output: report }) }, '--report');
  refuseToOverwrite(
    outputs,
    [...specs, ...overlay, ...[baseline, har].filter(each => each !== undefined)],
    '--report',
  );
  return outputs;
}
