// The environment variables of OpenTelemetry.
import { describe, expect, test } from 'vitest';
import { readTelemetrySettings, type TelemetrySettings } from '../../src/telemetry/settings.ts';

const OTLP = 'http://127.0.0.1:4318';

function read(variables: Record<string, string>): {
  settings: TelemetrySettings | undefined;
  notes: string[];
} {
  const notes: string[] = [];
  return { settings: readTelemetrySettings(variables, text => notes.push(text)), notes };
}

test('the endpoint of all signals gets the path of traces, that of traces is used as it is', () => {
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: `${OTLP}/` }).settings?.url).toBe(`${OTLP}/v1/traces`);
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: `${OTLP}/otlp` }).settings?.url).toBe(`${OTLP}/otlp/v1/traces`);
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: `${OTLP}/otlp/?key=1` }).settings?.url).toBe(
    `${OTLP}/otlp/v1/traces?key=1`,
  );
  const both = { OTEL_EXPORTER_OTLP_ENDPOINT: OTLP, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${OTLP}/custom` };
  expect(read(both).settings?.url).toBe(`${OTLP}/custom`);
});

test.each([{}, { OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])(
  '%o sends nothing',
  variables => {
    const endpoint = Object.keys(variables).length === 0 ? '' : OTLP;
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...variables })).toEqual({
      settings: undefined,
      notes: [],
    });
  },
);

test('headers, resource, sampler and limits', () => {
  const { settings, notes } = read({
    OTEL_EXPORTER_OTLP_ENDPOINT: OTLP,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=FAKE%20key, other = 1',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,team=b%2Cc',
    OTEL_SERVICE_NAME: 'shop',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BSP_MAX_QUEUE_SIZE: '10',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5',
  });
  expect(notes).toEqual([]);
  expect(settings).toEqual({
    url: `${OTLP}/v1/traces`,
    headers: { 'api-key': 'FAKE key', other: '1' },
    resource: { 'service.name': 'shop', team: 'b,c' },
    sampler: { isParentBased: true, share: 0.25 },
    timeout: 2000,
    delay: 100,
    queueSize: 10,
    batchSize: 5,
  });
});

describe('what cannot be used is named, without values that may be secret', () => {
  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, 'must be a URL such as http://127.0.0.1:4318'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:FAKE-secret@host' }, 'set it in OTEL_EXPORTER_OTLP_HEADERS'],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'set it to http/json, and the endpoint to the port for HTTP, usually 4318',
    ],
  ])('%o sends nothing', (variables, note) => {
    const { settings, notes } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: OTLP, ...variables });
    expect(settings).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining(note)]);
    expect(notes.join()).not.toContain('FAKE-secret');
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, 'traces are sent as http/json'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'FAKE-secret' }, 'OTEL_EXPORTER_OTLP_HEADERS: a part is left out'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=%zz' }, 'OTEL_RESOURCE_ATTRIBUTES: a part is left out'],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'OTEL_TRACES_SAMPLER is ignored'],
    [
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' },
      'OTEL_TRACES_SAMPLER_ARG is ignored',
    ],
    [{ OTEL_BSP_SCHEDULE_DELAY: '-1' }, 'OTEL_BSP_SCHEDULE_DELAY is ignored'],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '99999999999' }, 'OTEL_EXPORTER_OTLP_TIMEOUT is ignored'],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'a=FAKE-secret%0d%0ab: 1' },
      'OTEL_EXPORTER_OTLP_HEADERS: a part is left out',
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'Authorization: Basic FAKE-secret==,b=2' },
      'OTEL_EXPORTER_OTLP_HEADERS: a part is left out',
    ],
  ])('%o sends the rest', (variables, note) => {
    const { settings, notes } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: OTLP, ...variables });
    expect(settings).toBeDefined();
    expect(notes).toEqual([expect.stringContaining(note)]);
    expect(notes.join()).not.toContain('FAKE-secret');
  });
});
