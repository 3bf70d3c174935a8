import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { McpServer } from '../../../tools/mcp/config.ts';
import { OutcomeUnknown, ToolError } from '../../../tools/tool.ts';
import { Ledger } from '../../fakes/ledger.ts';
import { pids } from '../../fakes/mcp/processes.ts';
import { TcpProxy } from '../../fakes/tcp-proxy.ts';
import { Child } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { SERVER, type Stage, stage } from './stage.ts';

const LOST = new OutcomeUnknown('the connection to the MCP server fake was lost');

/** A real server by streamable HTTP, which answers by event streams or, as some do, by plain JSON. */
describe.each(['', 'json'])('an MCP server by HTTP (%s)', (MODE) => {
  let ledger: Ledger;
  let port: number;
  let server: Child;
  let mcp: Stage;
  beforeEach(async () => {
    ledger = await Ledger.start();
    port = await freePort();
    await startServer();
  });
  afterEach(async () => {
    await mcp.source.close();
    await server.kill();
    await ledger.close();
  });

  async function startServer(): Promise<void> {
    const env = { LEDGER_URL: ledger.url, MODE, PORT: `${port}`, TOKEN: 'the-token' };
    server = new Child(process.execPath, [SERVER], env);
    // Without a session it asks for one.
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}`)).status > 0, {
      what: () => `the server answers: ${server.output}`,
    });
  }
  async function connect(rest: Partial<McpServer> = {}, address = `127.0.0.1:${port}`): Promise<void> {
    const headers = { authorization: 'Bearer the-token' };
    mcp = stage({ fake: { url: `http://${address}/mcp`, headers, ...rest } as McpServer });
    await mcp.source.tools();
  }
  const told = () =>
    mcp.log.filter(({ msg }) => msg.startsWith('MCP server')).map(({ msg, reason }) => [msg, reason]);

  it('is called with its headers, and told goodbye', async () => {
    await connect();
    expect(await mcp.call('fake_set_value', {}, { idempotencyKey: 'k7' })).toMatch(/done/);
    expect(ledger.of('set_value', 'end').map(({ key }) => key)).toEqual(['k7']);
    expect(await mcp.call('fake_text', { characters: 10_000_000 })).toHaveLength(10_000_000);
    await mcp.source.close();
    await eventually(() => ledger.of('goodbye', 'end').length === 1);
  });

  it('that refuses us is named to the operator, without the secret', async () => {
    await connect({ headers: { authorization: 'Bearer wrong-token' } });
    await eventually(() => told().length > 0);
    expect(await mcp.source.tools()).toEqual([]);
    expect(told()).toEqual([['MCP server is not running', 'it answered HTTP 401']]);
    expect(JSON.stringify(mcp.log)).not.toContain('wrong-token');
  });

  it('killed in the middle of a call: at once it is said that the outcome is unknown; then it is back', async () => {
    await connect();
    const call = mcp.call('fake_pay', { holdMs: 30_000 });
    await ledger.begun('pay');
    const began = performance.now();
    const failure = call.catch((error: unknown) => error);
    await server.kill();
    expect(await failure).toEqual(LOST);
    expect(performance.now() - began).toBeLessThan(15_000);
    const next = mcp.call('fake_look_up');
    await startServer();
    expect(await next).toBe(`look-up done by ${pids(ledger)[1]}`);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
  });

  it('started anew between two calls, it knows the session no more: the second call opens another', async () => {
    await connect();
    await mcp.call('fake_pay');
    await server.kill();
    await startServer();
    expect(await mcp.call('fake_pay')).toMatch(/done/);
    expect(ledger.of('pay', 'end')).toHaveLength(2);
  });

  it('that is gone keeps its tools, and a call says why', async () => {
    await connect();
    await server.kill();
    const error = new ToolError('the MCP server fake is not running: ECONNREFUSED');
    await expect(mcp.call('fake_pay')).rejects.toThrow(error);
    // By now it is known to be gone, so nobody waits for it.
    const began = performance.now();
    await expect(mcp.call('fake_pay')).rejects.toThrow(error);
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(told().filter(([msg]) => msg === 'MCP server is not running')).toHaveLength(1);
  });

  it('whose line is cut while it works: the outcome is unknown at once, and the next call works', async () => {
    const proxy = await TcpProxy.start(`127.0.0.1:${port}`);
    await connect({}, proxy.address);
    const call = mcp.call('fake_pay', { holdMs: 30_000 });
    await ledger.begun('pay');
    const began = performance.now();
    const failure = call.catch((error: unknown) => error);
    proxy.heal();
    expect(await failure).toEqual(LOST);
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(await mcp.call('fake_look_up')).toMatch(/done/);
    await proxy.close();
  });

  it('that answers with more than a message may have is cut off', async () => {
    await connect();
    await expect(mcp.call('fake_text', { characters: 17_000_000 })).rejects.toThrow(OutcomeUnknown);
    expect(await mcp.call('fake_text', { characters: 3 })).toBe('xxx');
  });

  // One that answers by plain JSON keeps no stream open, by which it could be missed or could tell of a change.
  const streaming = ['keeps a stream open'].filter(() => MODE === '');

  it.each(streaming)('that %s is missed when it dies while nothing is called, and found again', async () => {
    await connect();
    await server.kill();
    await eventually(() => told().at(-1)?.[0] === 'MCP server is not running');
    await startServer();
    await eventually(() => told().at(-1)?.[0] === 'MCP server connected');
  });

  it.each(streaming)('that %s tells when its tools change', async () => {
    await connect();
    expect(await mcp.call('fake_grow')).toBe('grown');
    await eventually(() => mcp.find('fake_grown'));
  });
});
