import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { allGone, killServers, pids } from '../fakes/mcp/processes.ts';
import { INJECTION, TOOLS } from '../fakes/mcp/tools.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const SERVERS = 4;

/** Real MCP servers, started by a real worker; each dies alone, and together with it. */
describe('MCP servers', () => {
  let scene: Scene;
  let conversation: string;
  let BROKEN: string;

  beforeAll(async () => {
    BROKEN = path.join(await mkdtemp(path.join(inject('scratch'), 'mcp-')), 'broken');
    const HOLDFAST_CONFIG = fileURLToPath(new URL('../fakes/mcp/holdfast.config.ts', import.meta.url));
    scene = await startScene({ env: { HOLDFAST_CONFIG, BROKEN } });
    await connected(SERVERS);
  });
  afterAll(() => scene?.stop());
  beforeEach(() => {
    conversation = `mcp-${crypto.randomUUID()}`;
    const { ledger, model } = scene;
    ledger.lines.splice(0, ledger.lines.length, ...ledger.lines.filter(({ tool }) => tool === 'server'));
    model.requests.length = 0;
  });

  /** Resolves when the worker has connected so often. */
  async function connected(times: number): Promise<void> {
    const { workers } = scene.stack;
    const count = () => workers[0]?.output.split('"MCP server connected"').length ?? 0;
    await eventually(() => count() > times, { what: `${times} MCP servers are connected` });
  }
  async function killAllAndStart(): Promise<void> {
    const { stack, ledger } = scene;
    const killed = stack.killWorkers();
    killServers(ledger);
    await killed;
    await stack.startWorker();
  }
  async function results(): Promise<unknown[]> {
    const { transcript } = await scene.stack.read(conversation);
    return transcript.filter(({ kind }) => kind === 'tool');
  }

  it('have their tools shown to the model as they describe them, beside the built-in ones', async () => {
    const { stack, model } = scene;
    await stack.say(conversation, 'hello');
    await stack.replies(conversation, 1);
    const tools = model.requests[0]?.body.tools as { function: Record<string, unknown> }[];
    const named = new Map(tools.map((tool) => [tool.function.name, tool.function]));
    expect(named.get('world_text')).toMatchObject({
      description: 'Much text.',
      parameters: TOOLS.find(({ name }) => name === 'text')?.inputSchema,
    });
    expect(named.get('current_time')?.description).toMatch(/^The current date and time/);
    expect(named.get('world_injection')?.description).toBe(INJECTION);
    expect(JSON.stringify(model.requests[0]?.messages)).not.toContain('developer mode');
  });

  it('killed during a read tool: it is run again, by the server that was started anew', async () => {
    const { stack, ledger } = scene;
    const before = pids(ledger).length;
    await stack.say(conversation, plan({ steps: [[['world_look_up', { holdMs: 3_000 }]]] }));
    await ledger.begun('look-up');
    killServers(ledger);
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    expect(ledger.of('look-up', 'end')).toHaveLength(1);
    const begun = ledger.of('look-up', 'begin');
    expect(begun).toHaveLength(2);
    expect(new Set(begun.map(({ key }) => key)).size).toBe(1);
    const last = pids(ledger).slice(before);
    expect(await results()).toMatchObject([{ outcome: 'ok', output: expect.stringMatching(last.join('|')) }]);
  });

  it('killed during a once tool: it is not run again, and model and user are told; the next call works', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['world_pay', { holdMs: 3_000 }]]] }));
    await ledger.begun('pay');
    killServers(ledger);
    const [reply] = await stack.replies(conversation, 1);
    expect(reply?.text).toContain('The outcome of `world_pay` is unknown');
    expect(await results()).toMatchObject([
      {
        outcome: 'unknown',
        output: expect.stringMatching(
          /: the connection to the MCP server world was lost while world_pay ran/,
        ),
      },
    ]);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
    await stack.say(conversation, plan({ steps: [[['world_pay', {}]]] }));
    await stack.replies(conversation, 2);
    expect(ledger.of('pay', 'end')).toHaveLength(1);
  });

  it('killed together with the worker during a read tool: the next worker starts them, and runs it again', async () => {
    const { stack, ledger } = scene;
    await stack.say(conversation, plan({ steps: [[['world_look_up', { holdMs: 3_000 }]]] }));
    await ledger.begun('look-up');
    await killAllAndStart();
    expect(await stack.replies(conversation, 1)).toMatchObject([{ text: 'done [heard 1]' }]);
    expect(ledger.of('look-up', 'end')).toHaveLength(1);
  });

  it('killed together with the worker during a once tool: it is not run again, and reported unknown', async () => {
    const { stack, ledger } = scene;
    await connected(SERVERS);
    await stack.say(conversation, plan({ steps: [[['world_pay', { holdMs: 3_000 }]]] }));
    await ledger.begun('pay');
    await killAllAndStart();
    const [reply] = await stack.replies(conversation, 1);
    expect(reply?.text).toContain('The outcome of `world_pay` is unknown');
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
    expect(ledger.of('pay', 'end')).toHaveLength(0);
  });

  it('die with their worker, even one that does not end by itself: an act that was begun is not gone on with', async () => {
    const { stack, ledger } = scene;
    await connected(SERVERS);
    await stack.say(conversation, plan({ steps: [[['stubborn_set_value', { holdMs: 3_000 }]]] }));
    await ledger.begun('set_value');
    await stack.killWorkers();
    await allGone(ledger, 15_000);
    await stack.startWorker();
    await stack.replies(conversation, 1);
    expect(ledger.of('set_value', 'begin')).toHaveLength(2);
    expect(ledger.of('set_value', 'end')).toHaveLength(1);
  });

  it('that are gone and cannot start: the model is told why, the others work, and then this one does again', async () => {
    const { stack, ledger } = scene;
    await connected(SERVERS);
    await writeFile(BROKEN, '');
    killServers(ledger);
    await stack.say(
      conversation,
      plan({
        steps: [[['frail_look_up', {}]], [['world_look_up', {}]]],
      }),
    );
    await stack.replies(conversation, 1);
    expect(await results()).toMatchObject([
      {
        name: 'frail_look_up',
        outcome: 'error',
        output: 'frail_look_up failed: the MCP server frail is not running: it ended with exit code 3',
      },
      { name: 'world_look_up', outcome: 'ok' },
    ]);
    await rm(BROKEN);
    await stack.say(conversation, plan({ steps: [[['frail_look_up', {}]]] }));
    await stack.replies(conversation, 2);
    expect((await results()).at(-1)).toMatchObject({ name: 'frail_look_up', outcome: 'ok' });
  });

  it('that give 10 MB: the model gets the beginning, and the conversation goes on', async () => {
    const { stack } = scene;
    await stack.say(conversation, plan({ steps: [[['world_text', { characters: 10_000_000 }]]] }));
    await stack.replies(conversation, 1);
    const [result] = (await results()) as { outcome: string; output: string }[];
    expect(result?.outcome).toBe('ok');
    expect(result?.output).toMatch(/\[cut here: of 10000000 characters, 64000 are shown\]$/);
    await stack.say(conversation, 'still there?');
    expect((await stack.replies(conversation, 2)).at(-1)?.text).toContain('echo: still there?');
  });

  it('leave histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(5);
  });
});
