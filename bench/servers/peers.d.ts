// Types for the parts of the peers that their scripts use: the root is type-checked without the peers installed.
declare module '@scalar/mock-server' {
  interface App {
    fetch(request: Request): Response | Promise<Response>;
  }

  export function createMockServer(options: {
    readonly document: unknown;
    /** Whether it prints how to authenticate. */
    readonly logger: boolean;
  }): Promise<App>;
}

declare module '@hono/node-server' {
  export function serve(options: {
    readonly fetch: (request: Request) => Response | Promise<Response>;
    readonly port: number;
    readonly hostname: string;
  }): unknown;
}

declare module 'openapi-backend' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Context {
    readonly api: OpenAPIBackend;
    readonly operation: { readonly operationId: string };
  }

  type Handler = (context: Context, request: IncomingMessage, response: ServerResponse) => void;

  export class OpenAPIBackend {
    constructor(options: { readonly definition: string; readonly quick: boolean });
    registerSecurityHandler(scheme: string, handler: () => boolean): void;
    register(handlers: Readonly<Record<string, Handler>>): void;
    init(): Promise<unknown>;
    mockResponseForOperation(
      operationId: string,
      options?: { readonly code: number },
    ): { readonly status: number; readonly mock: unknown };
    handleRequest(
      request: {
        readonly method: string;
        readonly path: string;
        readonly headers: IncomingMessage['headers'];
        readonly body: string;
      },
      ...rest: readonly [IncomingMessage, ServerResponse]
    ): Promise<unknown>;
  }
}
