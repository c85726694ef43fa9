// Reads the settings of OpenTelemetry from environment variables, as its specification names them.

import { optionalMember } from '../exchange/optional-member.ts';
import type { Sampler } from './trace-context.ts';

/** Where and how traces are sent. */
export interface TelemetrySettings {
  /** "http://127.0.0.1:4318/v1/traces" */
  readonly url: string;
  /** Header fields of each request to the collector, such as a key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the traces are about. Default: service.name "deadringer". */
  readonly resource?: Readonly<Record<string, string>>;
  /** Which requests are traced. Default: all but those whose `traceparent` says that they are not sampled. */
  readonly sampler?: Sampler;
  /** Milliseconds until the collector must respond. Default 10,000. */
  readonly timeout?: number;
  /** Milliseconds after which a batch is sent, full or not. Default 5000. */
  readonly delay?: number;
  /** Spans that wait to be sent. Default 2048. */
  readonly queueSize?: number;
  /** Spans in a batch. Default 512. */
  readonly batchSize?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param env the environment of the process
 * @param note is told what cannot be used; tracing never keeps a server from starting
 * @returns undefined: tracing is off
 */
export function readTelemetrySettings(
  env: Environment,
  note: (text: string) => void,
): TelemetrySettings | undefined {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact, OTEL_EXPORTER_OTLP_ENDPOINT: base } = env;
  const name = exact ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' : 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const text = exact || base;
  const isOff = /^true$/i.test(env.OTEL_SDK_DISABLED ?? '') || env.OTEL_TRACES_EXPORTER === 'none';
  if (!text || isOff) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    note(`no traces are sent: ${name} must be a URL such as http://127.0.0.1:4318`);
    return undefined;
  }
  if (url.username !== '' || url.password !== '') {
    note(`no traces are sent: ${name} contains a password; set it in OTEL_EXPORTER_OTLP_HEADERS`);
    return undefined;
  }
  if (!exact) url.pathname = `${url.pathname.replace(/(?<!\/)\/+$/, '')}/v1/traces`;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol === 'grpc') {
    note(
      'no traces are sent: OTEL_EXPORTER_OTLP_PROTOCOL is grpc; set it to http/json, and the endpoint to the port for HTTP, usually 4318',
    );
    return undefined;
  }
  if (protocol !== undefined && protocol !== '' && protocol !== 'http/json')
    note(`traces are sent as http/json, which collectors for ${protocol} accept as well`);
  const pairs = (key: string, check?: (name: string, value: string) => void): Record<string, string> =>
    readPairs(env[key] ?? '', key, note, check);
  const number = (key: string): number | undefined => readNumber(env[key], key, note);
  const serviceName = env.OTEL_SERVICE_NAME;
  return {
    url: url.href,
    headers: pairs(
      env.OTEL_EXPORTER_OTLP_TRACES_HEADERS
        ? 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'
        : 'OTEL_EXPORTER_OTLP_HEADERS',
      (name, value) => new Headers([[name, value]]),
    ),
    resource: { ...pairs('OTEL_RESOURCE_ATTRIBUTES'), ...(serviceName && { 'service.name': serviceName }) },
    ...optionalMember('sampler', readSampler(env, note)),
    ...optionalMember(
      'timeout',
      number('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT') ?? number('OTEL_EXPORTER_OTLP_TIMEOUT'),
    ),
    ...optionalMember('delay', number('OTEL_BSP_SCHEDULE_DELAY')),
    ...optionalMember('queueSize', number('OTEL_BSP_MAX_QUEUE_SIZE')),
    ...optionalMember('batchSize', number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE')),
  };
}

/**
 * Parses "key=value,key2=value2" with percent-encoded values. A value may be a secret, so messages show none.
 * @param check throws if a pair cannot be used
 */
function readPairs(
  text: string,
  key: string,
  note: (text: string) => void,
  check: (name: string, value: string) => void = () => {},
): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const piece of text.split(',')) {
    if (piece.trim() === '') continue;
    const equals = piece.indexOf('=');
    try {
      if (equals < 1) throw new URIError('no name');
      const name = piece.slice(0, equals).trim();
      const value = decodeURIComponent(piece.slice(equals + 1).trim());
      check(name, value);
      pairs[name] = value;
    } catch {
      note(`${key}: a part is left out, because it is not a valid name=value with a percent-encoded value`);
    }
  }
  return pairs;
}

/** Timers of Node fire at once for more. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function readNumber(text: string | undefined, key: string, note: (text: string) => void): number | undefined {
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= MAX_TIMER_MS) return number;
  note(`${key} is ignored, because it is not a number from 1 to ${MAX_TIMER_MS}`);
  return undefined;
}

/** The name of a sampler with its root sampler and ratio. */
function readSampler(env: Environment, note: (text: string) => void): Sampler | undefined {
  const name = env.OTEL_TRACES_SAMPLER;
  if (name === undefined || name === '') return undefined;
  const [, parentBased, root] = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name) ?? [];
  if (root === undefined) {
    note(
      'OTEL_TRACES_SAMPLER is ignored: it may be always_on, always_off or traceidratio, after parentbased_ or alone',
    );
    return undefined;
  }
  const argument = env.OTEL_TRACES_SAMPLER_ARG;
  const ratio = argument === undefined || argument === '' ? 1 : Number(argument);
  if (root === 'traceidratio' && !(ratio >= 0 && ratio <= 1))
    note('OTEL_TRACES_SAMPLER_ARG is ignored, because it is not a number from 0 to 1');
  const share = root === 'always_on' ? 1 : root === 'always_off' ? 0 : ratio >= 0 && ratio <= 1 ? ratio : 1;
  return { isParentBased: parentBased !== undefined, share };
}
