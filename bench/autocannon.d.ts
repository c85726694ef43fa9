// The part of autocannon that the benchmark uses; it brings no types, and the root is type-checked without it installed.
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface Request {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }

  export interface Client {
    /** What this connection asks from now on, one after another and over again. */
    setRequests(requests: readonly Request[]): void;
  }

  export interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration?: number;
    /** Requests in all; beats the duration. */
    readonly amount?: number;
    /** Milliseconds between the moments at which it looks whether to stop. */
    readonly sampleInt: number;
    /** Called for each connection before it asks anything. */
    readonly setupClient: (client: Client) => void;
  }

  export interface Result {
    readonly errors: number;
    readonly timeouts: number;
    /** By status: "200". */
    readonly statusCodeStats: Readonly<Record<string, { readonly count: number } | undefined>>;
  }

  export interface Run extends EventEmitter {
    stop(): void;
  }

  export default function autocannon(
    options: Options,
    done: (error: Error | null, result: Result) => void,
  ): Run;
}
