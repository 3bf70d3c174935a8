import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { OutcomeUnknown } from '../../../tools/tool.ts';
import { type BareRequest, bareServer } from '../../fakes/mcp/bare-server.ts';
import type { Served } from '../../support/serve.ts';
import { type Stage, stage } from './stage.ts';

type Answer = (events: ServerResponse, answer: string) => void;

/** Event streams that end before they brought an answer, as proxies and servers end them. */
describe('an event stream of an MCP server', () => {
  let served: Served;
  let mcp: Stage;
  afterEach(async () => {
    await mcp.source.close();
    await served.close();
  });

  async function start(call: Answer, resume?: Answer): Promise<void> {
    const by =
      (answerBy: Answer) =>
      ({ response, answer }: BareRequest) =>
        answerBy(response.writeHead(200, { 'content-type': 'text/event-stream' }), `data: ${answer}\n\n`);
    served = await bareServer(by(call), resume && by(resume));
    mcp = stage({ fake: { url: served.url } });
  }
  const lost = new OutcomeUnknown('the connection to the MCP server fake was lost');

  it('that ends without the answer leaves the outcome unknown, at once', async () => {
    await start((events) => events.end(': still at it\n\n'));
    const began = performance.now();
    await expect(mcp.call('fake_act')).rejects.toThrow(lost);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('that ends after the answer, in one piece with it, is as good as any', async () => {
    await start((events, answer) => events.end(answer));
    expect(await mcp.call('fake_act')).toBe('acted');
  });

  it('that may be taken up again is, and brings the answer', async () => {
    await start(
      (events) => events.end('retry: 1000\nid: e1\ndata:\n\n'),
      (events, answer) => events.end(answer),
    );
    expect(await mcp.call('fake_act')).toBe('acted');
  });

  it('that cannot be taken up again leaves the outcome unknown', async () => {
    await start((events) => events.end('retry: 100\nid: e1\ndata:\n\n'));
    const began = performance.now();
    await expect(mcp.call('fake_act')).rejects.toThrow(lost);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
