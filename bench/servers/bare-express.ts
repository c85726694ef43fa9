// Express with one route, no body parser and no ETag. Run as `node bare-express.ts <port> <answer as JSON>`.
import express from 'express';
import { doTheWork, port } from './json-work.ts';

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.put('/v1/pvt/Customer/:id', doTheWork);
app.listen(port, '127.0.0.1');
