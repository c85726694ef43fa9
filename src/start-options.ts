// The options of a mock.

import type { CallbackOptions } from './http/callback-receivers.ts';
import type { ServerError } from './http/options.ts';
import type { TlsCertificate } from './http/tls-server.ts';
import type { RequestValidation } from './mock/preferences.ts';
import type { UpstreamMode } from './mock/proxy/upstream.ts';
import type { SessionLimits } from './mock/session/session-limits.ts';
import type { DropReason } from './mock/session/session-store.ts';
import type { LoadOptions } from './openapi/load.ts';
import type { StoreOption } from './store/shared/store-option.ts';
import type { TelemetrySettings } from './telemetry/settings.ts';

export interface MockOptions
  extends Pick<LoadOptions, 'assertFormats' | 'overlays' | 'provenance' | 'redactPersonal'>,
    CallbackOptions {
  /**
   * Files and folders of OpenAPI documents. "name=file" gives an API a name. Default, as of `deadringer serve`: the folder `specs` of
   * the working directory, else its files such as openapi.yaml, else the examples of the package.
   */
  readonly specs?: readonly string[];
  /**
   * Folders of scenarios: <folder>/<api>/<name>.yaml. Default, as of `deadringer serve`: without `specs` the folder `scenarios` of the
   * working directory, with the examples of the package those of the package. The built-in scenarios exist always.
   */
  readonly scenarios?: readonly string[];
  /** Limits of sessions and journals. Default: 1000 sessions of 1000 entries and 16 MiB each, 256 MiB together, deleted after 24 hours without a request; each stores at most 100,000 items of 64 MiB. */
  readonly limits?: Partial<SessionLimits>;
  /** Called when a session is dropped: it was idle for too long, or the sessions are too many or too large. */
  readonly onSessionDropped?: (id: string, reason: DropReason) => void;
  /** Bearer token that the control API requires. Set one if other machines can reach the server. */
  readonly token?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Address to listen on. Default "127.0.0.1": only this machine can connect. */
  readonly host?: string;
  /** The server serves HTTPS, over HTTP/1.1 and HTTP/2, with this certificate. Default: plain HTTP. */
  readonly tls?: TlsCertificate;
  /** True: generate response bodies from schemas instead of using examples. Default false. */
  readonly dynamic?: boolean;
  /** False: the documented success is sent as it is, without values of the request. Default: true. */
  readonly requestValues?: boolean;
  /**
   * True: each session stores the items that its requests create, change and delete, and answers from them where the document
   * shows how. Default false: `deadringer use <api>/state` turns it on for a session.
   */
  readonly stateful?: boolean;
  /**
   * What happens to invalid requests. on (the default): the declared error is sent. warn: the request is answered like a
   * valid one, and the log says what is wrong. off: the same, without the log. The response says it in both modes.
   */
  readonly validateRequest?: RequestValidation;
  /** How errors are sent, and which response is selected. prism: as the CLI of Prism does. Default "deadringer". */
  readonly dialect?: 'deadringer' | 'prism';
  /** With the dialect of Prism. True: a response that violates the document becomes an error. Default false. */
  readonly errors?: boolean;
  /** With the dialect of Prism. True: bodies come from schemas, also where the document has an example. Default false. */
  readonly ignoreExamples?: boolean;
  /** With the dialect of Prism. True: generated objects have members that schemas allow without naming them. Default false. */
  readonly fillProperties?: boolean;
  /** Equal seeds give equal generated bodies. Default "deadringer"; none with the dialect of Prism, where each body is another one. */
  readonly seed?: string;
  /** Maximum size of a request body in bytes, also after decompression. Default 10 MiB. */
  readonly bodyLimit?: number;
  /** Maximum size in bytes of a recording that is sent to the control API to be checked. Default 2 GiB. */
  readonly recordingLimit?: number;
  /** True: respond to CORS preflights, and let any page read the responses. Default true. */
  readonly cors?: boolean;
  /**
   * Origins of pages that may read the responses of upstreams, such as "https://app.example.com"; "*" allows all. Pages of
   * this machine, and of the host that they call, always may.
   */
  readonly corsOrigins?: readonly string[];
  /** Upstream services that respond instead of the mock: "https://...", "petstore=https://...", "petstore.getPet=https://...". */
  readonly upstreams?: readonly string[];
  /**
   * always (the default): the upstream responds. first: the upstream is tried, and the mock responds if it refuses
   * connections, responds with 501, or does not respond in time. on-request: the upstream responds only where a scenario
   * says "upstream".
   */
  readonly upstreamMode?: UpstreamMode;
  /** HTTP proxy through which upstreams are reached: "http://user:password@proxy.example.com:3128". */
  readonly upstreamProxy?: string;
  /** Milliseconds without data from an upstream until the request fails. Default 30,000. */
  readonly upstreamTimeout?: number;
  /** True: the control API does not write scenario files. Default false: it saves them in the folders of `scenarios`. */
  readonly readOnly?: boolean;
  /** A snapshot that seeds each session, as "deadringer state save" writes it. The document's examples seed the resources that it does not name. */
  readonly stateFile?: string;
  /** True: a credential that is bound to no session gets a session of its own, instead of the default session. Default false. */
  readonly sessionPerCredential?: boolean;
  /** Where sessions live. Mocks with the same store share them. Default: in the memory of the process. */
  readonly store?: StoreOption;
  /** True: reject documents with errors. Default false: what is wrong is not served or not checked, and everything else is. */
  readonly strict?: boolean;
  /** Where traces of the exchanges are sent, by OTLP. Default: nowhere. The command line reads the variables of OpenTelemetry. */
  readonly telemetry?: TelemetrySettings;
  /** Called for errors that no response carries. Default: internal errors go to stderr, others are ignored. */
  readonly onError?: (error: ServerError) => void;
}

/** Defaults of options, in a program and on the command line. */
export const DEFAULTS = {
  host: '127.0.0.1',
  seed: 'deadringer',
  bodyLimit: 10 * 1024 ** 2,
  upstreamTimeout: 30_000,
} as const;

/** Whether only this machine can connect to a server that listens on the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/** What decides on responses, besides files: replicas with other options serve another version. Defaults are as they are written. */
export function responseOptions({
  dialect = 'deadringer',
  seed = dialect === 'prism' ? undefined : DEFAULTS.seed,
  dynamic = false,
  requestValues = true,
  validateRequest = 'on',
  assertFormats = false,
  redactPersonal = false,
  errors = false,
  ignoreExamples = false,
  fillProperties = false,
  provenance,
}: MockOptions): object {
  const ofPrism = { dialect, errors, ignoreExamples, fillProperties };
  return {
    seed,
    dynamic,
    requestValues,
    validateRequest,
    assertFormats,
    redactPersonal,
    provenance,
    ...ofPrism,
  };
}

/** Options of a command: its documents are known. */
export type CommandServerOptions = MockOptions & Required<Pick<MockOptions, 'specs'>>;

/** Options for the command line. */
export interface ServerOptions extends MockOptions, Pick<LoadOptions, 'onRead'> {
  /** Ends a load that is under way. */
  readonly signal?: AbortSignal;
}
