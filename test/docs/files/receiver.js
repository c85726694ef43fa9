// An app that receives webhooks and fails.
import { createServer } from 'node:http';

const port = Number(process.argv[3]);
createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(500).end());
}).listen(port, '127.0.0.1', () => console.log('Press Ctrl-C to stop.'));
