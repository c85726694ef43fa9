// Types for the part of autocannon that the benchmark uses: it has none, and the root is type-checked without it.
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface Request {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }

  export interface Client {
    /** What this connection sends from now on, in turn and over again. */
    setRequests(requests: readonly Request[]): void;
  }

  export interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Milliseconds between checks of whether the duration is over. */
    readonly sampleInt: number;
    /** Called for each connection before its first request. */
    readonly setupClient: (client: Client) => void;
  }

  export interface Result {
    readonly errors: number;
    readonly timeouts: number;
    /** By status: "200". */
    readonly statusCodeStats: Readonly<Record<string, { readonly count: number } | undefined>>;
  }

  export default function autocannon(
    options: Options,
    done: (error: Error | null, result: Result) => void,
  ): EventEmitter;
}
