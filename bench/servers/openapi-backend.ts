// openapi-backend on bare node:http, set up for mocking as in its guide. Run as `node openapi-backend.ts <port> <document>`.
import http, { type ServerResponse } from 'node:http';
import { OpenAPIBackend } from 'openapi-backend';

const [port, definition = ''] = process.argv.slice(2);
const api = new OpenAPIBackend({ definition, quick: true });
api.register({
  notImplemented: ({ operation }, _request, response) =>
    answer(response, api.mockResponseForOperation(operation.operationId)),
  validationFail: ({ operation }, _request, response) =>
    answer(response, api.mockResponseForOperation(operation.operationId, { code: 400 })),
  notFound: (_context, _request, response) => answer(response, { status: 404, mock: null }),
});
// Like other mock servers, accept any credentials.
api.registerSecurityHandler('basicAuth', () => true);
await api.init();
http
  .createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const body = Buffer.concat(chunks).toString('utf8');
      void api.handleRequest({ method, path, headers, body }, request, response);
    });
  })
  .listen(Number(port), '127.0.0.1');

function answer(response: ServerResponse, { status, mock }: { status: number; mock: unknown }): void {
  const body = JSON.stringify(mock);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
