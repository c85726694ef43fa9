// Mockoon's CLI with one route and a constant answer. Run as `node mockoon.ts <port> <answer as JSON> <folder>`.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const [port = '', body = '', folder = ''] = process.argv.slice(2);
const response = {
  uuid: 'answer',
  statusCode: 200,
  headers: [{ key: 'Content-Type', value: 'application/json' }],
  bodyType: 'INLINE',
  body,
  // Without templates Mockoon is fastest.
  disableTemplating: true,
  default: true,
};
const route = {
  uuid: 'route',
  type: 'http',
  method: 'put',
  endpoint: 'v1/pvt/Customer/:id',
  responses: [response],
};
const data = path.join(folder, `mockoon-${port}.json`);
writeFileSync(data, JSON.stringify({ uuid: 'bench', name: 'bench', port: Number(port), routes: [route] }));
process.argv = [
  ...process.argv.slice(0, 2),
  ...['start', '--data', data, '--repair', '--port', port, '--hostname', '127.0.0.1'],
  ...['--disable-log-to-file', '--disable-admin-api'],
];
// Imported, not spawned, so that the measured process is the one that was started.
await import(import.meta.resolve('@mockoon/cli/bin/run.js'));
