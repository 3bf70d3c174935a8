import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Client, Connection } from '@temporalio/client';
import type { Incoming } from '../steps.ts';
import { bareSignalWithStart } from './signal-with-start.ts';

const client = new Client({
  connection: await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '' }),
});
const server = createServer((request, response) => {
  json(request)
    .then((body) => bareSignalWithStart(client, body as Incoming))
    .then(
      () => response.writeHead(202).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
