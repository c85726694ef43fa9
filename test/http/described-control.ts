// A mock whose control API is checked: each exchange is validated against the OpenAPI document of the control API.
import { expect } from 'vitest';
import { type Request, splitTarget } from '../../src/exchange/exchange.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { severityOf } from '../../src/finding/severity.ts';
import type { MockOptions } from '../../src/index.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { createMatcher } from '../../src/routing/match.ts';
import { validateRequest } from '../../src/validate/request.ts';
import { validateResponse } from '../../src/validate/response.ts';
import { startTestedMock } from '../store/tested-mock.ts';

export const described = await loadContract(['src/http/control/control.openapi.yaml'], {
  relativeTo: process.cwd(),
});
const match = createMatcher(described.contract);

// biome-ignore lint/suspicious/noExplicitAny: responses are validated against the document, not by types
type Any = any;
export interface ControlResult {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Any;
}

export interface ControlApi {
  readonly url: string;
  readonly port: number;
  /** The ids of the control operations that were called. */
  readonly exercised: Set<string>;
  /** Calls the control API and validates the exchange against its document. */
  control(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ControlResult>;
  /** Stops the mock. Fails if an exchange violated the document. */
  close(): Promise<void>;
}

export async function openControl(options: MockOptions): Promise<ControlApi> {
  const mock = await startTestedMock(options);
  const violations: string[] = [];
  const exercised = new Set<string>();
  return {
    url: mock.url,
    port: mock.port,
    exercised,
    async control(method, path, body, headers = {}) {
      const text = body === undefined ? '' : JSON.stringify(body);
      const sent = { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
      const response = await fetch(`${mock.url}/__deadringer${path}`, {
        method,
        headers: sent,
        ...(body !== undefined && { body: text }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      const request: Request = {
        method,
        ...splitTarget(`/control${path}`),
        headers: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]])),
        body: Buffer.from(text),
      };
      const matched = match({ method, path: request.path, host: undefined });
      if (matched.kind === 'operation') {
        exercised.add(matched.operation.id);
        const fields = Object.fromEntries([...response.headers].map(([name, value]) => [name, [value]]));
        const findings: Finding[] = validateResponse(matched.operation, {
          status: response.status,
          headers: fields,
          body: bytes,
        });
        if (response.status < 400) findings.push(...validateRequest(matched, request));
        violations.push(
          ...findings
            .filter(({ code }) => severityOf(code) !== 'note')
            .map(({ message }) => `${method} ${path}: ${message}`),
        );
      }
      return {
        status: response.status,
        headers: response.headers,
        body:
          bytes.length > 0 && /[/+]json/.test(response.headers.get('content-type') ?? '')
            ? JSON.parse(bytes.toString())
            : bytes.toString(),
      };
    },
    async close() {
      await mock.close();
      expect(violations).toEqual([]);
    },
  };
}
