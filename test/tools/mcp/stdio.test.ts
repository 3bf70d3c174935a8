import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttachedFile, OutcomeUnknown, ToolError } from '../../../tools/tool.ts';
import { Ledger } from '../../fakes/ledger.ts';
import { INJECTION, TOOLS } from '../../fakes/mcp/tools.ts';
import { eventually } from '../../support/eventually.ts';
import { fakeServer, type Stage, stage } from './stage.ts';

describe('the tools of an MCP server', () => {
  let mcp: Stage;
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await Ledger.start();
    const env = { LEDGER_URL: ledger.url };
    const tools = { progress: { hidden: true }, typo: { hidden: true } };
    const quick = { 'look-up': { timeoutMs: 3_000 } };
    mcp = stage(
      {
        fake: fakeServer(env),
        current: fakeServer(env, { tools }),
        quick: fakeServer(env, { tools: quick }),
      },
      ['current_time'],
    );
    await mcp.connected(3);
  });
  afterAll(() => Promise.all([mcp.source.close(), ledger.close()]));

  it('are there of every server, each with a name of its own, but for those that the config hides', async () => {
    const names = (await mcp.source.tools()).map(({ name }) => name);
    const plain = TOOLS.map(({ name }) => `fake_${name.replace('-', '_')}`);
    expect(names.slice(0, TOOLS.length)).toEqual(plain);
    expect(new Set(names).size).toBe(3 * TOOLS.length - 1);
    expect(names).not.toContain('current_progress');
  });

  it('never have the name of another tool: one that would is given a longer one, by which it works', async () => {
    const names = (await mcp.source.tools()).map(({ name }) => name);
    expect(names).not.toContain('current_time');
    const longer = names.find((name) => /^current_time_[0-9a-f]{8}$/.test(name));
    expect(await mcp.call(longer ?? '')).toBe('a quarter past');
  });

  it('tell the operator of what is in the config and not at the server', () => {
    const told = mcp.log.find(({ server, remarks }) => server === 'current' && remarks);
    expect(told?.remarks).toContainEqual('typo: is in the config, but the server has no such tool');
  });

  it('are shown to the model with the words and the schema of the server, and nothing else is', async () => {
    const { description, inputJsonSchema } = await mcp.find('fake_text');
    expect(description).toBe('Much text.');
    expect(inputJsonSchema).toEqual(TOOLS.find(({ name }) => name === 'text')?.inputSchema);
    const hostile = await mcp.find('fake_injection');
    expect(hostile.description).toBe(INJECTION);
    const all = JSON.stringify((await mcp.source.tools()).map(({ description: _, ...rest }) => rest));
    expect(all).not.toContain('developer mode');
  });

  it('whose schema providers would refuse are described in words, and the operator is told', async () => {
    const { description, inputJsonSchema } = await mcp.find('fake_invalid');
    expect(description).toBe(
      'Its schema is none.\n\nArguments: {"type":"object","properties":{"a":{"type":"nonsense"}}}',
    );
    expect(inputJsonSchema).toEqual({ type: 'object', properties: {}, additionalProperties: true });
    const told = mcp.log.filter(({ server, remarks }) => server === 'fake' && remarks);
    expect(told.map(({ remarks }) => remarks)).toEqual([[expect.stringMatching(/^invalid: .*in words$/)]]);
    expect((await mcp.find('fake_conditional')).inputJsonSchema).toHaveProperty('else');
  });

  it.each([
    ['look_up', 'read', 'never'],
    ['set_value', 'idempotent', 'never'],
    ['pay', 'once', 'ask'],
  ])('%s has effect %s and approval %s by what the server says of it', async (name, effect, approval) => {
    expect(await mcp.find(`fake_${name}`)).toMatchObject({ effect, approval });
  });

  it('check their arguments by the schema', async () => {
    const { input } = await mcp.find('fake_text');
    expect(input.safeParse({ characters: 3 }).success).toBe(true);
    expect(input.safeParse({}).error?.issues[0]?.path).toEqual(['characters']);
    expect(input.safeParse({ characters: 'three' }).success).toBe(false);
  });

  it('pass the idempotency key on', async () => {
    expect(await mcp.call('fake_set_value', {}, { idempotencyKey: 'k7' })).toMatch(/^set_value done by \d+$/);
    expect(ledger.of('set_value', 'end').map(({ key }) => key)).toEqual(['k7']);
  });

  it('give text as text, files to the reply where they fit, and a line for the rest', async () => {
    const files: AttachedFile[] = [];
    const attach = (file: AttachedFile) => {
      if (file.data.length > 262_144) throw new ToolError('files may have 256 KB together');
      files.push(file);
    };
    expect((await mcp.call('fake_content', {}, { attach })).split('\n')).toEqual([
      'first',
      '(image-2.png will be sent with your reply)',
      '(audio-3.mp3, audio/mpeg, 293 KB, cannot be sent: files may have 256 KB together)',
      'a page: https://example.com/a',
      'file:///notes.txt',
      'some notes',
      '(b.pdf will be sent with your reply)',
    ]);
    expect(files).toEqual([
      { name: 'image-2.png', mediaType: 'image/png', data: Buffer.from('a picture') },
      { name: 'b.pdf', mediaType: 'application/pdf', data: Buffer.from('hi') },
    ]);
  });

  it('give data as JSON where there is no text; the server has none of the variables of its parent', async () => {
    const { environment } = JSON.parse(await mcp.call('fake_structured')) as { environment: string[] };
    expect(environment).toContain('LEDGER_URL');
    expect(environment).toContain('PATH');
    expect(environment).not.toContain('VITEST');
  });

  it('tell an error of the tool, and an error of the server, to the model at once', async () => {
    await expect(mcp.call('fake_fail')).rejects.toThrow(new ToolError('no such thing'));
    const tool = await mcp.find('fake_text');
    const wrong = tool.run('not an object', { signal: new AbortController().signal } as never);
    await expect(wrong).rejects.toThrow(ToolError);
  });

  it('show how it goes, no faster than it can be read', async () => {
    const words: string[] = [];
    await mcp.call('fake_progress', {}, { progress: (text) => words.push(text) });
    expect(words).toEqual(['one', '3 of 3']);
  });

  it('give all of 10 MB', async () => {
    expect(await mcp.call('fake_text', { characters: 10_000_000 })).toHaveLength(10_000_000);
  });

  it('are stopped at the server when the turn is stopped', async () => {
    const stop = new AbortController();
    const call = mcp.call('fake_pay', { holdMs: 3_000 }, { signal: stop.signal });
    await ledger.begun('pay');
    stop.abort(new Error('stopped by the user'));
    await expect(call).rejects.toThrow('stopped by the user');
    expect(await mcp.call('fake_look_up', { holdMs: 3_500 })).toMatch(/done/);
    expect(ledger.of('pay', 'end')).toEqual([]);
  });

  it('cannot tell whether they acted when they took too long', async () => {
    const error = new OutcomeUnknown('the MCP server quick did not answer within 3 s');
    await expect(mcp.call('quick_look_up', { holdMs: 10_000 })).rejects.toThrow(error);
    expect(await mcp.call('quick_look_up')).toMatch(/done/);
  });

  it('are read again when the server says that they changed', async () => {
    expect(await mcp.call('fake_grow')).toBe('grown');
    const grown = await eventually(() => mcp.find('fake_grown'));
    expect(grown).toMatchObject({ description: 'New.', effect: 'once' });
  });
});
