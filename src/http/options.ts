// Options of the HTTP layer, and the errors that it reports beside exchanges.
import type { ServerState } from '../mock/server-state.ts';
import type { HttpClient } from './client.ts';

export interface AppOptions {
  readonly state: ServerState;
  /** Most bytes of a request body. */
  readonly bodyLimit: number;
  readonly cors: boolean;
  /** Asks real services; made when the first is asked. */
  readonly httpClient: () => Promise<HttpClient>;
  /** Resolves when everything that is served has been verified; the control API knows nothing before. */
  readonly ready: Promise<void>;
  /** What the control API asks for; undefined: nothing, as on loopback. */
  readonly token: string | undefined;
  /** Told of errors in deadringer itself, and of clients that left before they were answered. */
  readonly onError: (trouble: ServerError) => void;
}

export type ServerError =
  | { readonly kind: 'bug'; readonly error: unknown; readonly request: string }
  | { readonly kind: 'client-gone'; readonly request: string }
  | { readonly kind: 'bad-http'; readonly code: string };
