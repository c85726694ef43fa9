// Options of the HTTP layer, and the errors that it reports.
import type { Replicas } from '../mock/replicas.ts';
import type { ScenarioFiles } from '../mock/scenario-files.ts';
import type { ServerState } from '../mock/server-state.ts';
import type { LoadOptions } from '../openapi/load.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { CallbackSender } from './callback-sender.ts';
import type { HttpClient } from './client.ts';
import type { CorsPolicy } from './cors.ts';
import type { ReachableUrl } from './reachable-urls.ts';

export interface AppOptions {
  readonly state: ServerState;
  readonly scenarioFiles: ScenarioFiles;
  readonly replicas: Replicas;
  /** Maximum size of a request body in bytes. */
  readonly bodyLimit: number;
  readonly cors: CorsPolicy;
  /** Origins of pages that may read the responses of upstreams, see mayReadUpstream. */
  readonly corsOrigins: readonly string[];
  /** The client for upstream services, created on the first call. */
  readonly httpClient: () => Promise<HttpClient>;
  /** Sends callbacks and webhooks, created on the first call. */
  readonly callbackSender: () => Promise<CallbackSender>;
  /** Resolves when all documents and scenarios are verified; requests to the control API wait for that. */
  readonly ready: Promise<void>;
  readonly readiness: () => Readiness;
  /** The addresses of the server. */
  readonly urls: () => readonly ReachableUrl[];
  /** Bearer token of the control API; undefined: none is required. */
  readonly token: string | undefined;
  readonly checks: CheckLimits;
  readonly onError: (error: ServerError) => void;
  /** Undefined: no traces are sent. */
  readonly tracing: Tracing | undefined;
  /** Aborted when the server closes: streams end, which would never end by themselves. */
  readonly closing: AbortSignal;
}

/**
 * Whether load balancers should send requests. starting: documents and scenarios are not verified yet. stopping: open and new
 * requests are still answered, and each response closes its connection.
 */
export type Readiness = 'starting' | 'ready' | 'stopping';

/** How the control API checks recordings. */
export interface CheckLimits {
  /** The options with which the served documents were loaded. */
  readonly load: Omit<LoadOptions, 'onRead'>;
  /** Maximum size of a recording in bytes. */
  readonly bytes: number;
}

/**
 * An error that is not part of an exchange. bug: an internal error. client-disconnected: the client closed the connection
 * before its request was complete. telemetry: whether traces are delivered. replicas: whether the shared store is there and what it
 * refuses, and which replicas serve other files. malformed-http: the request was rejected with this code, of node:http or of a problem.
 */
export type ServerError =
  | { readonly kind: 'bug'; readonly error: unknown; readonly request: string }
  | { readonly kind: 'client-disconnected'; readonly request: string }
  | { readonly kind: 'malformed-http'; readonly code: string }
  | { readonly kind: 'telemetry' | 'replicas'; readonly message: string };
