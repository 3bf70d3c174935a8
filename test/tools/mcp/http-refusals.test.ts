import { afterEach, describe, expect, it } from 'vitest';
import { OutcomeUnknown, ToolError } from '../../../tools/tool.ts';
import { bareServer } from '../../fakes/mcp/bare-server.ts';
import type { Served } from '../../support/serve.ts';
import { type Stage, stage } from './stage.ts';

/** Calls that a server answers with an HTTP status. */
describe('a call of an MCP tool', () => {
  let served: Served;
  let mcp: Stage;
  afterEach(async () => {
    await mcp.source.close();
    await served.close();
  });

  it.each([404, 400])(
    'in a session that the server has forgotten (%i) is made again in a new one',
    async (gone) => {
      const made: string[] = [];
      served = await bareServer(({ request, response, answer }) => {
        const session = String(request.headers['mcp-session-id']);
        if (made.length > 0 && session === '1') return void response.writeHead(gone).end('who?');
        made.push(session);
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      });
      mcp = stage({ fake: { url: served.url } });
      expect(await mcp.call('fake_act')).toBe('acted');
      expect(await mcp.call('fake_act')).toBe('acted');
      expect(made).toEqual(['1', '2']);
    },
  );

  it.each<[number, number, Error]>([
    [404, 2, new ToolError('the MCP server fake is not running: it answered HTTP 404')],
    [403, 1, new ToolError('the MCP server fake refused the call: it answered HTTP 403')],
    [307, 1, new ToolError('the MCP server fake refused the call: it answered HTTP 307')],
    [502, 1, new OutcomeUnknown('the connection to the MCP server fake was lost')],
  ])('answered with %i is made %i times', async (status, times, error) => {
    let calls = 0;
    served = await bareServer(({ response }) => {
      calls += 1;
      response.writeHead(status, { location: 'https://elsewhere.example/' }).end('no');
    });
    mcp = stage({ fake: { url: served.url } });
    await expect(mcp.call('fake_act')).rejects.toThrow(error);
    expect(calls).toBe(times);
  });
});
