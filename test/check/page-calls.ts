// The requests that a page sends to the five mocked APIs.
import { isRecorded } from '../../src/exchange/exchange.ts';
import { basePathOf } from '../../src/mock/respond/refuse.ts';
import { sampleRequest } from '../../src/openapi/sample-request.ts';
import type { MockServer } from '../../src/start.ts';

/** One valid call of every operation. @param secret is part of every credential */
export function callsOf(mock: MockServer, secret: string): { url: string; init: RequestInit }[] {
  return mock.state.config.contract.apis.flatMap(api =>
    api.operations.map(operation => {
      const { method, path: target, query, headers, body } = sampleRequest(operation, basePathOf(operation));
      const fields = Object.entries(headers).map(([name, values]): [string, string] => {
        const value = values?.join(', ') ?? '';
        if (name === 'authorization' && value.startsWith('Basic'))
          return [name, `Basic ${btoa(`user:${secret}`)}`];
        return [name, value.replace(/test-(key|token)/, secret)];
      });
      const text = isRecorded(body) && body.length > 0 ? Buffer.from(body).toString('utf8') : undefined;
      const url = `http://127.0.0.1:${mock.port}${target}${query === '' ? '' : `?${query}`}`;
      return { url, init: { method, headers: fields, ...(text !== undefined && { body: text }) } };
    }),
  );
}
