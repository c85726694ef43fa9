// The part of autocannon that the benchmark uses; it brings no types, and the root is type-checked without it installed.
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface Options {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Milliseconds between the moments at which it looks whether to stop. */
    readonly sampleInt: number;
  }

  export interface Result {
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
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
