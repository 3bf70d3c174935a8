import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { act, TOOLS, write } from './tools.ts';

/**
 * An MCP server of the tests, made with the official SDK: by stdio, or by streamable HTTP on PORT. MODE says what it does wrong:
 * `garbage` it prints what is no message · `hang` it never answers · `stubborn` it does not end when it is asked to · `json` it
 * answers without event streams · `broken` it ends at once while the file BROKEN is there. TOKEN is what it asks for by HTTP.
 */
const { MODE = '', PORT, BROKEN = '', TOKEN } = process.env;

function createMcpServer(): Server {
  const tools: object[] = [...TOOLS];
  const server = new Server(
    { name: 'fake', version: '1' },
    { capabilities: { tools: { listChanged: true } } },
  );
  // In pages, because some servers have many.
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const from = Number(params?.cursor ?? 0);
    const next = from + 5;
    return {
      tools: tools.slice(from, next) as [],
      ...(next < tools.length ? { nextCursor: `${next}` } : {}),
    };
  });
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal, sendNotification, _meta }) =>
    act({
      name: params.name,
      input: params.arguments ?? {},
      key: String(_meta?.['holdfast/idempotencyKey']),
      signal,
      async progress(progress, message) {
        const progressToken = _meta?.progressToken ?? '';
        const told = { progressToken, progress, total: 3, ...(message ? { message } : {}) };
        await sendNotification({ method: 'notifications/progress', params: told });
      },
      async grow() {
        tools.push({ name: 'grown', description: 'New.', inputSchema: { type: 'object' } });
        await server.sendToolListChanged();
      },
    }),
  );
  return server;
}

async function serveHttp(port: number): Promise<void> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const http = createServer((request, response) => {
    if (TOKEN && request.headers.authorization !== `Bearer ${TOKEN}`) {
      response.writeHead(401).end('who are you?');
      return;
    }
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (id !== undefined && !known) {
      response.writeHead(MODE === 'json' ? 400 : 404).end('no such session');
      return;
    }
    void (known ?? newSession(sessions)).handleRequest(request, response);
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
}

function newSession(sessions: Map<string, StreamableHTTPServerTransport>): StreamableHTTPServerTransport {
  const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    enableJsonResponse: MODE === 'json',
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => write({ tool: 'goodbye', key: id, phase: 'end' }),
  });
  void createMcpServer().connect(transport);
  return transport;
}

if (MODE === 'broken' && existsSync(BROKEN)) process.exit(3);
await write({ tool: 'server', key: `${process.pid}`, phase: 'begin' });
if (MODE === 'stubborn') {
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 1_000);
}
if (MODE === 'hang') setInterval(() => {}, 1_000);
else if (PORT) await serveHttp(Number(PORT));
else {
  if (MODE === 'garbage') {
    setInterval(() => console.log('[info] {"half a message'), 20);
    setInterval(() => console.error(`words for the operator ${'x'.repeat(10_000)}`), 5);
  }
  await createMcpServer().connect(new StdioServerTransport());
}
