import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createMemoryStore } from '../../activities/memory-store.ts';
import { MAX_FACTS, MEMORY, type MemoryOwner } from '../../contract/memory.ts';
import type { MemoryStore } from '../../tools/memory/memory-store.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

type Host = Awaited<ReturnType<typeof hostConversations>>;
/** Events after which the server suggests continue-as-new. */
const SHORT_RUN = 60;

describe('a memory', () => {
  let host: Host;
  let store: MemoryStore;
  let owner: MemoryOwner;
  beforeAll(async () => {
    host = await hostConversations({}, [
      '--dynamic-config-value',
      `limit.historyCount.suggestContinueAsNew=${SHORT_RUN}`,
    ]);
    const { connection } = host.client;
    // As the worker's own: what was ended by hand is not asked.
    store = createMemoryStore(new Client({ connection, workflow: { queryRejectCondition: 'NOT_OPEN' } }));
  });
  afterAll(() => host?.stop());
  beforeEach(() => {
    owner = `person/${crypto.randomUUID()}`;
  });

  const { signal } = new AbortController();
  const note = (text: string, key: string = crypto.randomUUID()) =>
    store.remember(owner, { text, by: 'Ada', key }, signal);
  const drop = (ids?: string[], key: string = crypto.randomUUID()) =>
    store.forget(owner, { key, ...(ids ? { ids } : {}) }, signal);
  const kept = () => store.read(owner, signal);
  const texts = async () => (await kept()).map(({ text }) => text);
  const handle = (runId?: string) => host.client.workflow.getHandle(`memory/${owner}`, runId);
  const run = async () => (await handle().describe()).runId;
  /** Everything that a run's history says, by default of the newest run. */
  const history = async (runId?: string) => {
    const { events } = await handle(runId).fetchHistory();
    return JSON.stringify(events).replace(/"data":"([^"]*)"/g, (_, data) =>
      Buffer.from(data, 'base64').toString(),
    );
  };
  const inNewRun = (before: string) => eventually(async () => (await run()) !== before);

  it('begins with its first fact, and not by being asked or told to forget', async () => {
    expect(await kept()).toEqual([]);
    expect(await drop()).toEqual([]);
    await expect(run()).rejects.toThrow(WorkflowNotFoundError);
    expect(await note('I like tea')).toEqual({ id: 'p1' });
    expect(await kept()).toMatchObject([{ id: 'p1', text: 'I like tea', by: 'Ada', at: expect.any(Number) }]);
    owner = `conversation/telegram/${owner}`;
    expect(await note('Standup is at nine')).toEqual({ id: 'c1' });
  });

  it('has the same fact once, and no id twice', async () => {
    await note('one');
    expect(await note('two')).toEqual({ id: 'p2' });
    expect(await note('one')).toEqual({ id: 'p1', known: true });
    expect(await drop(['p2', 'p7'])).toEqual(['p2']);
    expect(await note('two')).toEqual({ id: 'p3' });
    expect(await texts()).toEqual(['one', 'two']);
  });

  it('writes once for each key: at once, and in later runs', async () => {
    expect(await note('one', 'key-1')).toEqual({ id: 'p1' });
    expect(await note('one', 'key-1')).toEqual({ id: 'p1' });
    const first = await run();
    for (let n = 0; (await run()) === first; n += 1) await note(`fact ${n}`);
    // The server knows update ids of the running run only: here the key is all that tells.
    expect(await note('one', 'key-1')).toEqual({ id: 'p1' });
    expect((await texts()).filter((text) => text === 'one')).toHaveLength(1);
    const before = await run();
    expect(await drop(['p1'], 'key-2')).toEqual(['p1']);
    await inNewRun(before);
    // A repeat that comes after it was forgotten does not bring it back; nor is what came later forgotten by a repeat.
    expect(await note('one', 'key-1')).toEqual({ id: 'p1' });
    expect(await texts()).not.toContain('one');
    await drop(undefined, 'key-3');
    await note('new');
    expect((await drop(undefined, 'key-3')).length).toBeGreaterThan(5);
    expect(await texts()).toEqual(['new']);
  });

  it('is full at its bound, and has room again when something is forgotten', async () => {
    for (let n = 1; n <= MAX_FACTS; n += 20)
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => note(`${'x'.repeat(490)} ${n + index}`)),
      ).then(() =>
        Promise.all(Array.from({ length: 10 }, (_, index) => note(`${'x'.repeat(490)} ${n + 10 + index}`))),
      );
    expect(await texts()).toHaveLength(MAX_FACTS);
    expect(await note('one more', 'too-much')).toEqual({ full: true });
    expect(await drop(['p1'])).toEqual(['p1']);
    // It was told that there is no room; a repeat is told the same.
    expect(await note('one more', 'too-much')).toEqual({ full: true });
    expect(await note('one more')).toEqual({ id: `p${MAX_FACTS + 1}` });
  });

  it('has nothing of what was erased in the history of its new run', async () => {
    await note('my secret');
    await note('my other secret');
    const before = await run();
    expect(await drop()).toEqual(['p1', 'p2']);
    await inNewRun(before);
    expect(await kept()).toEqual([]);
    expect(await history(before)).toContain('my other secret');
    expect(await history()).not.toContain('secret');
    expect(await note('after it')).toEqual({ id: 'p3' });
  });

  it('takes every write and answers every query while it goes from run to run', async () => {
    await note('first');
    const first = await run();
    const written = new AbortController();
    let answered = 0;
    const queries = async () => {
      for (; !written.signal.aborted; answered += 1) expect((await kept())[0]?.text).toBe('first');
    };
    const writes = async (writer: number) => {
      for (let n = 0; n < 12; n += 1) {
        const { id } = (await note(`${writer}: ${n}`)) as { id: string };
        if (n % 3 === 0) expect(await drop([id])).toEqual([id]);
      }
    };
    await Promise.all([
      queries(),
      Promise.all([1, 2, 3, 4, 5, 6].map(writes)).finally(() => written.abort()),
    ]);
    expect(answered).toBeGreaterThan(10);
    expect(await run()).not.toBe(first);
    expect(await texts()).toHaveLength(1 + 6 * 8);
  });

  it('leaves histories that replay', async () => {
    const histories = host.client.workflow.list({ query: `WorkflowType = '${MEMORY}'` }).intoHistories();
    let replayed = 0;
    for await (const { error } of Worker.runReplayHistories(
      { workflowBundle: { codePath: inject('workflowBundle') } },
      histories,
    )) {
      if (error) throw error;
      replayed += 1;
    }
    expect(replayed).toBeGreaterThan(10);
  });
});
