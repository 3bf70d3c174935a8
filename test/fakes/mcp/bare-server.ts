import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Served, serve } from '../../support/serve.ts';

/** A request that is neither the greeting nor one for the tools; `answer` is what would be right. */
export interface BareRequest {
  request: IncomingMessage;
  response: ServerResponse;
  answer: string;
}

/**
 * An MCP server by HTTP that is written out, for what the SDK's own never does: greeted, it gives session `1`, `2`, …; its one tool is
 * `act`; its calls, and who comes back for a stream, are answered by the test.
 */
export function bareServer(
  call: (asked: BareRequest) => void,
  resume?: (asked: BareRequest) => void,
): Promise<Served> {
  let answer = '';
  let sessions = 0;
  return serve((request, body, response) => {
    if (request.method === 'GET' && resume && request.headers['last-event-id'] !== undefined)
      return resume({ request, response, answer });
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const { id, method } = JSON.parse(body) as { id?: number; method: string };
    if (id === undefined) return void response.writeHead(202).end();
    const results: Record<string, object> = {
      initialize: {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 's', version: '1' },
      },
      'tools/list': { tools: [{ name: 'act', inputSchema: { type: 'object' } }] },
      'tools/call': { content: [{ type: 'text', text: 'acted' }] },
    };
    const json = JSON.stringify({ jsonrpc: '2.0', id, result: results[method] });
    if (method === 'tools/call') {
      answer = json;
      return call({ request, response, answer });
    }
    if (method === 'initialize') response.setHeader('mcp-session-id', `${(sessions += 1)}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end(json);
  });
}
