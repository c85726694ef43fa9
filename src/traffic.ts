// Checks and replays recorded traffic for programs: options with defaults, clock and environment.
import path from 'node:path';
import { checkRecordings } from './check/check.ts';
import type { Report } from './check/report.ts';
import type { Progress, TrafficRunOptions } from './check/run.ts';
import { createReplayClient } from './http/replay-client.ts';
import type { LoadOptions } from './openapi/load.ts';
import { replayRecordings } from './replay/replay.ts';
import { version } from './version.ts';

export interface CheckTrafficOptions
  extends Pick<LoadOptions, 'assertFormats' | 'overlays' | 'provenance' | 'redactPersonal'> {
  /** Files and folders of OpenAPI documents. "name=file" gives an API a name. */
  readonly specs: readonly string[];
  /** Files and folders of recordings (HAR, NDJSON, WireMock, Postman, VCR), also as .gz and .zip; "-": the option `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Servers where the traffic was recorded, if other than those of the documents: a URL, or "api=URL". */
  readonly servers?: readonly string[];
  /** Kinds of findings that fail the run. Default: violations. */
  readonly failOn?: Report['settings']['failOn'];
  /** Minimum coverage in percent, by level. Default: none. */
  readonly minCoverage?: Report['settings']['minCoverage'];
  /** Whose violations fail the run: of requests, of responses, or both. Default "both". */
  readonly side?: Report['settings']['side'];
  /** File with the accepted findings. */
  readonly baseline?: string;
  readonly shard?: NonNullable<Report['shard']>;
  /** True: secrets in the report are not redacted. Default false. */
  readonly showValues?: boolean;
  /** Worker threads that help to check more than 64 MiB of traffic. Default: 1. */
  readonly threads?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Validates recorded traffic against the documents, like `deadringer check`.
 * @throws ContractError if a document is invalid; InputError if a recording or the baseline cannot be read
 * @example
 * const report = await checkTraffic({ specs: ['specs'], traffic: ['traffic.har'] });
 * if (report.exitCode !== 0) console.log(report.findings);
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
  /** Servers to send requests to, instead of those of the documents: "https://staging.example.com/v2", or "petstore=https://..." for one API. */
  readonly targets?: readonly string[];
  /** Recorded hosts that may get requests: "app.example.com:8443". No request goes to any other recorded host. */
  readonly hosts?: readonly string[];
  /** True: send requests with unsafe methods as well. Default false. */
  readonly allowWrites?: boolean;
  /** Environment with DEADRINGER_SECRET_<API>_<NAME> and DEADRINGER_SECRET_<NAME>. Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Environment variables of credentials: "authorization=STAGING_TOKEN". */
  readonly secrets?: readonly string[];
  /** Number of concurrent requests with safe methods; others are sent one at a time. Default 1. */
  readonly concurrency?: number;
  /** Maximum number of requests per second. Default: no limit. */
  readonly rate?: number;
  /** Milliseconds until a response must be complete. Default 30,000. */
  readonly timeout?: number;
  /** True: changed plain values are differences and not advice. Default false. */
  readonly strictValues?: boolean;
}

/**
 * Sends recorded requests again and compares the responses, like `deadringer replay`. By default violations and differences
 * fail the run.
 * @throws ContractError if a document is invalid; InputError if a recording, a target, a secret or the baseline is invalid
 * @example
 * const report = await replayTraffic({
 *   specs: ['specs'],
 *   traffic: ['traffic.har'],
 *   targets: ['https://staging.example.com'],
 * });
 */
export async function replayTraffic(options: ReplayTrafficOptions): Promise<Report> {
  const { send, close } = createReplayClient({ timeout: options.timeout ?? 30_000 });
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
      send,
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
      ...(options.redactPersonal !== undefined && { redactPersonal: options.redactPersonal }),
      ...(options.overlays !== undefined && { overlays: options.overlays }),
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
