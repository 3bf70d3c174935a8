import { createServer } from 'node:http';
import { connect } from 'node:net';

/** Ready when Temporal's port answers; `/env` tells what it was started with. */
const { PORT, HOST, TEMPORAL_ADDRESS = '' } = process.env;
const [host = '', port] = TEMPORAL_ADDRESS.split(':');

createServer((request, response) => {
  if (request.url === '/env') return void response.end(JSON.stringify(process.env));
  const socket = connect(Number(port), host);
  socket.once('connect', () => socket.destroy() && response.end());
  socket.once('error', () => response.writeHead(503).end());
}).listen(Number(PORT), HOST, () => console.log('gateway up'));
process.once('disconnect', () => process.exit(0));
