import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { OutcomeUnknown } from '../../../tools/tool.ts';
import { type Served, serve } from '../../support/serve.ts';
import { type Stage, stage } from './stage.ts';

interface Answers {
  /** To the call, whose event stream is open. */
  call(response: ServerResponse, answer: string): void;
  /** To the one who takes a stream up again. */
  resume?(response: ServerResponse, answer: string): void;
}

/** Event streams that end before they brought an answer, as proxies and servers end them. */
describe('an event stream of an MCP server', () => {
  let served: Served;
  let mcp: Stage;
  afterEach(async () => {
    await mcp.source.close();
    await served.close();
  });

  async function start({ call, resume }: Answers): Promise<void> {
    let answer = '';
    served = await serve((request, body, response) => {
      const events = () => response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (request.method === 'GET' && resume && request.headers['last-event-id'] === 'e1')
        return resume(events(), answer);
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
      answer = `id: e2\ndata: ${json}\n\n`;
      if (method === 'tools/call') call(events(), answer);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(json);
    });
    mcp = stage({ fake: { url: served.url } });
  }
  const lost = new OutcomeUnknown('the connection to the MCP server fake was lost');

  it('that ends without the answer leaves the outcome unknown, at once', async () => {
    await start({ call: (response) => response.end(': still at it\n\n') });
    const began = performance.now();
    await expect(mcp.call('fake_act')).rejects.toThrow(lost);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('that ends after the answer, in one piece with it, is as good as any', async () => {
    await start({ call: (response, answer) => response.end(answer) });
    expect(await mcp.call('fake_act')).toBe('acted');
  });

  it('that may be taken up again is, and brings the answer', async () => {
    await start({
      call: (response) => response.end('retry: 1000\nid: e1\ndata:\n\n'),
      resume: (response, answer) => response.end(answer),
    });
    expect(await mcp.call('fake_act')).toBe('acted');
  });

  it('that cannot be taken up again leaves the outcome unknown', async () => {
    await start({ call: (response) => response.end('retry: 100\nid: e1\ndata:\n\n') });
    const began = performance.now();
    await expect(mcp.call('fake_act')).rejects.toThrow(lost);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
