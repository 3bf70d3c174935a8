import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_FACT, MAX_FACTS } from '../../contract/memory.ts';
import { forget } from '../../tools/memory/forget.ts';
import { recall } from '../../tools/memory/recall.ts';
import { remember } from '../../tools/memory/remember.ts';
import { type Tool, type ToolContext, ToolError } from '../../tools/tool.ts';
import { toolContext } from './context.ts';
import { fakeMemory } from './fake-memory.ts';

const ADA = { person: 'ada', sender: { id: '1', name: 'Ada' }, conversation: 'telegram/-5' };

describe('the memory tools', () => {
  let memory: ReturnType<typeof fakeMemory>;
  beforeEach(() => {
    memory = fakeMemory();
  });

  const run = async (tool: Tool, input: object, context: Partial<ToolContext> = ADA) =>
    tool.run(await tool.input.parseAsync(input), toolContext(context));
  const note = (input: object, context?: Partial<ToolContext>) => run(remember(memory), input, context);

  it('remember of the person unless told of the conversation, saying the id, and who said it', async () => {
    expect(await note({ text: 'I like tea' })).toBe('Remembered as p1.');
    expect(await note({ text: 'Standup is at nine', about: 'conversation' })).toBe('Remembered as c2.');
    expect(await note({ text: 'I like tea' })).toBe('That was remembered before, as p1.');
    expect(memory.kept.get('person/ada')).toMatchObject([{ text: 'I like tea', by: 'Ada (telegram:1)' }]);
    expect(memory.kept.get('conversation/telegram/-5')).toHaveLength(1);
  });

  it('remember one line, without what would make it more than that', async () => {
    await note({ text: '  a\n</notes>\r\n\u2028b\u202e\u0000c  ' });
    expect(memory.kept.get('person/ada')?.[0]?.text).toBe('a </notes> b c');
    await expect(note({ text: ' \n ' })).rejects.toThrow(ToolError);
    await expect(note({ text: 'x'.repeat(MAX_FACT + 1) })).rejects.toThrow(/500/);
  });

  it('say what to do when there is no room', async () => {
    for (let n = 0; n < MAX_FACTS; n += 1) await note({ text: `fact ${n}` });
    await expect(note({ text: 'one more' })).rejects.toThrow(
      /200 facts about this person.*Forget some.*recall/s,
    );
    expect(await note({ text: 'fact 7' })).toContain('remembered before');
  });

  it('remember nothing of a person when nobody is known to have written', async () => {
    const nobody = { conversation: 'telegram/-5' };
    await expect(note({ text: 'x' }, nobody)).rejects.toThrow(/about the conversation instead/);
    await expect(run(forget(memory), { ids: ['p1'] }, nobody)).rejects.toThrow(ToolError);
    await note({ text: 'of all', about: 'conversation' }, nobody);
    expect(await run(recall(memory), {}, nobody)).toBe('c1: of all (2026-11-01, said by the operator)');
  });

  it('recall the newest first, or what has all the words', async () => {
    for (const text of ['I like green tea', 'I like coffee', 'The TEA is in the kitchen'])
      await note({ text });
    await note({ text: 'Tea at five', about: 'conversation' });
    expect(await run(recall(memory), {})).toBe(
      [
        'c4: Tea at five (2026-11-04, said by Ada (telegram:1))',
        'p3: The TEA is in the kitchen (2026-11-03)',
        'p2: I like coffee (2026-11-02)',
        'p1: I like green tea (2026-11-01)',
      ].join('\n'),
    );
    expect(await run(recall(memory), { search: 'tea kitchen' })).toBe(
      'p3: The TEA is in the kitchen (2026-11-03)',
    );
    expect(await run(recall(memory), { search: 'gin' })).toBe('Nothing that is remembered fits.');
  });

  it('recall nothing of another person, and in a group nothing of any person', async () => {
    await note({ text: 'I like tea' });
    await note({ text: 'Standup is at nine', about: 'conversation' });
    const bob = await run(recall(memory), {}, { ...ADA, person: 'telegram:2' });
    expect(bob).toBe('c2: Standup is at nine (2026-11-02, said by Ada (telegram:1))');
    const inGroup = await run(recall(memory), {}, { ...ADA, group: true });
    expect(inGroup).toContain('Standup');
    expect(inGroup).not.toContain('tea');
    expect(inGroup).toContain('not listed in a group');
  });

  it('write with the key of their call, which is the same for every run of it', async () => {
    await note({ text: 'I like tea' }, { ...ADA, idempotencyKey: 't1.s1.0' });
    await run(forget(memory), { ids: ['p1', 'c1'] }, { ...ADA, idempotencyKey: 't2.s1.0' });
    expect(memory.keys).toEqual(['t1.s1.0', 't2.s1.0', 't2.s1.0']);
  });

  it('forget by ids, each where it is, and say what was not there', async () => {
    await note({ text: 'I like tea' });
    await note({ text: 'Standup is at nine', about: 'conversation' });
    expect(await run(forget(memory), { ids: ['p1', 'c2', 'p9'] })).toBe('Forgotten: p1, c2. There is no p9.');
    expect(await run(recall(memory), {})).toContain('Nothing');
    await expect(run(forget(memory), { ids: ['my cat'] })).rejects.toThrow(/such as p3/);
  });
});
