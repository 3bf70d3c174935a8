import { expect, it } from 'vitest';
import { readEnvironment } from '../../config/environment.ts';
import { builtInTools } from '../../tools/built-in-tools.ts';
import { wait } from '../../tools/wait.ts';
import { createAgents } from '../../workers/agents.ts';
import { fakeMemory } from '../tools/fake-memory.ts';

it('agents have the built-in tools that the config names, then their own; those that can remember are told what is remembered', async () => {
  const builtIns = builtInTools({ fetchPrivate: false, memory: fakeMemory() });
  const mine = { ...wait, name: 'mine' };
  const agent = { models: ['demo'] as [string], system: '', tools: [mine] };
  const { all } = createAgents(
    [
      { name: 'main', builtInTools: ['recall', 'calculator'], ...agent },
      { name: 'plain', builtInTools: ['calculator'], ...agent },
    ],
    readEnvironment({}),
    builtIns,
  );
  const names = all.map(async ({ tools }) => (await tools()).map(({ name }) => name));
  expect(await Promise.all(names)).toEqual([
    ['calculator', 'recall', 'mine'],
    ['calculator', 'mine'],
  ]);
  expect(all.map(({ remembers = false }) => remembers)).toEqual([true, false]);
});
