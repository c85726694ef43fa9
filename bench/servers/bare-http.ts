// Bare node:http. Run as `node bare-http.ts <port> <answer as JSON>`.
import http from 'node:http';
import { doTheWork, port } from './json-work.ts';

http.createServer(doTheWork).listen(port, '127.0.0.1');
