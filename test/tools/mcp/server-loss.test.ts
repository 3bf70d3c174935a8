import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { McpServer } from '../../../tools/mcp/config.ts';
import { OutcomeUnknown, ToolError } from '../../../tools/tool.ts';
import { Ledger } from '../../fakes/ledger.ts';
import { allGone, killServers, pids } from '../../fakes/mcp/processes.ts';
import { eventually } from '../../support/eventually.ts';
import { fakeServer, type Stage, stage } from './stage.ts';

/** Real servers, which die, hang, never start and talk nonsense. */
describe('an MCP server that', () => {
  let ledger: Ledger;
  let mcp: Stage;
  beforeEach(async () => {
    ledger = await Ledger.start();
  });
  afterEach(async () => {
    await mcp.source.close();
    await allGone(ledger, 15_000);
    await ledger.close();
  });
  const start = (env: Record<string, string> = {}, rest: Partial<McpServer> = {}) => {
    mcp = stage({ fake: fakeServer({ LEDGER_URL: ledger.url, ...env }, rest) });
  };
  const told = () =>
    mcp.log.filter(({ msg }) => msg.startsWith('MCP server')).map(({ msg, reason }) => [msg, reason]);

  it('is killed in the middle of a call cannot tell whether it acted; the next call finds it started again', async () => {
    start();
    const call = mcp.call('fake_pay', { holdMs: 10_000 });
    await ledger.begun('pay');
    killServers(ledger);
    await expect(call).rejects.toThrow(new OutcomeUnknown('the connection to the MCP server fake was lost'));
    expect(await mcp.call('fake_look_up')).toBe(`look-up done by ${pids(ledger)[1]}`);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
    expect(told()).toEqual([
      ['MCP server connected', undefined],
      ['MCP server is not running', 'it was ended by SIGKILL'],
      ['MCP server connected', undefined],
    ]);
  });

  it('is killed while nothing is called is started again by itself', async () => {
    start();
    await mcp.connected(1);
    killServers(ledger);
    await eventually(() => pids(ledger).length === 2, { ms: 20_000 });
  });

  it('is gone and cannot start keeps its tools, and a call says why; when it can, it works', async () => {
    const BROKEN = path.join(await mkdtemp(path.join(inject('scratch'), 'mcp-')), 'broken');
    start({ MODE: 'broken', BROKEN });
    await mcp.connected(1);
    const before = await mcp.source.tools();
    await writeFile(BROKEN, '');
    killServers(ledger);
    await eventually(() => told().at(-1)?.[0] === 'MCP server is not running');
    const began = performance.now();
    await expect(mcp.call('fake_look_up')).rejects.toThrow(
      new ToolError('the MCP server fake is not running: it ended with exit code 3'),
    );
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(await mcp.source.tools()).toEqual(before);
    expect(told().filter(([msg]) => msg === 'MCP server is not running')).toHaveLength(1);
    await rm(BROKEN);
    expect(await mcp.call('fake_look_up')).toMatch(/done/);
  });

  it('cannot start at all has no tools, which the operator is told once; it is tried again until it can', async () => {
    const BROKEN = path.join(await mkdtemp(path.join(inject('scratch'), 'mcp-')), 'broken');
    await writeFile(BROKEN, '');
    start({ MODE: 'broken', BROKEN });
    await eventually(() => told().length > 0);
    expect(await mcp.source.tools()).toEqual([]);
    expect(told()).toEqual([['MCP server is not running', 'it ended with exit code 3']]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(told()).toHaveLength(1);
    await rm(BROKEN);
    expect(await mcp.call('fake_look_up')).toMatch(/done/);
  });

  it.each<[string, Partial<McpServer>, string]>([
    ['has a command that is not there', { command: 'no-such-command' }, 'its command was not found'],
    ['has a cwd that is not there', { cwd: '/no/such/place' }, 'it could not be started: is its cwd there?'],
  ])('%s is named to the operator', async (_, wrong, reason) => {
    start({}, wrong);
    await eventually(() => told().length > 0);
    expect(await mcp.source.tools()).toEqual([]);
    expect(told()).toEqual([['MCP server is not running', reason]]);
  });

  it('hangs when it is greeted holds up the first question for seconds, the next for nothing, and other servers not', async () => {
    const env = { LEDGER_URL: ledger.url };
    mcp = stage({ slow: fakeServer({ ...env, MODE: 'hang' }), fake: fakeServer(env) });
    const began = performance.now();
    await mcp.source.tools();
    expect(performance.now() - began).toBeLessThan(15_000);
    await mcp.find('fake_look_up');
    const again = performance.now();
    expect((await mcp.source.tools()).every(({ name }) => name.startsWith('fake_'))).toBe(true);
    expect(performance.now() - again).toBeLessThan(1_000);
  });

  it('does not end when it is asked to is killed', async () => {
    start({ MODE: 'stubborn' });
    expect(await mcp.call('fake_look_up')).toMatch(/done/);
    await mcp.source.close();
    await allGone(ledger, 5_000);
  });

  it('prints garbage works all the same, and cannot flood the log', async () => {
    const began = performance.now();
    start({ MODE: 'garbage' });
    for (let calls = 0; calls < 5; calls += 1)
      expect(await mcp.call('fake_look_up', { holdMs: 100 })).toMatch(/done/);
    const words = mcp.log.filter(({ msg }) => msg === 'an MCP server wrote');
    expect(words).toContainEqual(
      expect.objectContaining({ text: '[info] {"half a message', server: 'fake' }),
    );
    expect(words).toContainEqual(
      expect.objectContaining({ text: expect.stringMatching(/^words for the operator x+$/) }),
    );
    expect(words.every(({ text, level }) => String(text).length <= 2_000 && level === 20)).toBe(true);
    expect(words.length).toBeLessThan(20 * ((performance.now() - began) / 1_000 + 2));
  });

  it('answers with more than a message may have is ended, and started again', async () => {
    start();
    await expect(mcp.call('fake_text', { characters: 17_000_000 })).rejects.toThrow(OutcomeUnknown);
    expect(told().at(-1)?.[1]).toMatch(/more than 16 MB/);
    expect(await mcp.call('fake_text', { characters: 3 })).toBe('xxx');
  });
});
