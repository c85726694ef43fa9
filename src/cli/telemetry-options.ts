// Whether a command sends traces: the environment variables of OpenTelemetry, without options.

import type { MockOptions } from '../start-options.ts';
import type { Io } from './io.ts';

/** @returns options for the server */
export async function readTelemetry({ env, err }: Io): Promise<Pick<MockOptions, 'telemetry'>> {
  // Most users send none: load nothing for it.
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT && !env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return {};
  const { readTelemetrySettings } = await import('../telemetry/settings.ts');
  const telemetry = readTelemetrySettings(env, err);
  return telemetry === undefined ? {} : { telemetry };
}
