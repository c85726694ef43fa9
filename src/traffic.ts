// Checks and replays recorded traffic for programs: options with defaults, clock and environment.
import path from 'node:path';
import { checkRecordings } from './check/check.ts';
import type { Report } from './check/report.ts';
import type { Progress, TrafficRunOptions } from './check/run.ts';
import { createReplayClient } from './http/replay-client.ts';
import type { LoadOptions } from './openapi/load.ts';
import { replayRecordings } from './replay/replay.ts';
import { version } from './version.ts';

export interface CheckTrafficOptions extends Partial<Omit<LoadOptions, 'relativeTo'>> {
  /** Files and folders of OpenAPI documents. */
  readonly specs: readonly string[];
  /** Recordings: HAR, NDJSON, WireMock, Postman, VCR; .gz, .zip, folders; "-" is `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Where the traffic was recorded, if not at the servers of the documents: a URL, or "api=URL". */
  readonly servers?: readonly string[];
  /** Default: violations. */
  readonly failOn?: Report['settings']['failOn'];
  /** Percent by level. */
  readonly minCoverage?: Report['settings']['minCoverage'];
  /** Whose breaches count. Default "both". */
  readonly side?: Report['settings']['side'];
  /** The file of accepted findings. */
  readonly baseline?: string;
  readonly shard?: NonNullable<Report['shard']>;
  /** True: secrets stay in the report. */
  readonly showValues?: boolean;
  /** Threads that judge. Default: two above 64 MiB where there are two processors. */
  readonly threads?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Holds recorded traffic against the documents, as `deadringer check` does.
 * @throws ContractError when a document cannot be judged by; InputError when a recording or the baseline cannot be used
 */
export async function checkTraffic(options: CheckTrafficOptions): Promise<Report> {
  const { shard, threads } = options;
  const { report } = await checkRecordings({
    ...runOptions(options, ['violation']),
    showValues: options.showValues ?? false,
    ...(shard !== undefined && { shard }),
    ...(threads !== undefined && { threads }),
  });
  return report;
}

export interface ReplayTrafficOptions extends Omit<CheckTrafficOptions, 'shard' | 'showValues' | 'threads'> {
  /** In place of the servers of the documents: "https://staging.example.com/v2", or "petstore=https://..." for one API. */
  readonly targets?: readonly string[];
  /** Hosts that are asked where they were recorded: "app.example.com:8443". Nobody else is ever asked. */
  readonly hosts?: readonly string[];
  /** True: requests that change something are sent, too. */
  readonly allowWrites?: boolean;
  /** Where DEADRINGER_SECRET_<API>_<NAME> and DEADRINGER_SECRET_<NAME> are looked up. Default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** "authorization=STAGING_TOKEN": the variable that has the credential of that name. */
  readonly secrets?: readonly string[];
  /** Reads that may be under way at once; writes go alone. Default 1. */
  readonly concurrency?: number;
  /** Most requests in a second. */
  readonly rate?: number;
  /** Milliseconds that an answer may take. Default 30,000. */
  readonly timeout?: number;
  /** True: plain values that are not the recorded ones are differences, and not mere advice. */
  readonly strictValues?: boolean;
}

/**
 * Asks recorded requests again, as `deadringer replay` does. By default violations and differences fail.
 * @throws ContractError when a document cannot be judged by; InputError when a recording, a target, a secret or the
 * baseline cannot be used
 */
export async function replayTraffic(options: ReplayTrafficOptions): Promise<Report> {
  const { ask, close } = createReplayClient({ timeout: options.timeout ?? 30_000 });
  try {
    const { report } = await replayRecordings(
      {
        ...runOptions(options, ['violation', 'difference']),
        targets: options.targets ?? [],
        hosts: options.hosts ?? [],
        allowWrites: options.allowWrites ?? false,
        environment: options.environment ?? process.env,
        secrets: options.secrets ?? [],
        concurrency: options.concurrency ?? 1,
        ...(options.rate !== undefined && { rate: options.rate }),
        strictValues: options.strictValues ?? false,
      },
      ask,
    );
    return report;
  } finally {
    close();
  }
}

function runOptions(options: CheckTrafficOptions, failOn: Report['settings']['failOn']): TrafficRunOptions {
  const { specs, traffic, stdin, baseline, onProgress, signal } = options;
  return {
    specs,
    traffic,
    load: {
      relativeTo: path.resolve('.'),
      ...(options.assertFormats !== undefined && { assertFormats: options.assertFormats }),
      ...(options.provenance !== undefined && { provenance: options.provenance }),
    },
    servers: options.servers ?? [],
    settings: {
      failOn: options.failOn ?? failOn,
      minCoverage: options.minCoverage ?? {},
      side: options.side ?? 'both',
    },
    version: version(),
    today: new Date().toISOString().slice(0, 10),
    ...(stdin !== undefined && { stdin }),
    ...(baseline !== undefined && { baseline }),
    ...(onProgress !== undefined && { onProgress }),
    ...(signal !== undefined && { signal }),
  };
}
