import { expect, it } from 'vitest';
import { readEnvironment } from '../../config/environment.ts';
import { builtInTools } from '../../tools/built-in-tools.ts';
import { wait } from '../../tools/wait.ts';
import { createAgents } from '../../workers/agents.ts';
import { fakeMemory } from '../tools/fake-memory.ts';
import { scheduleBook } from '../tools/schedule-book.ts';

it('agents have the built-in tools that the config names, then their own and those of their MCP servers; those that can remember are told what is remembered', async () => {
  const builtIns = builtInTools({
    fetchPrivate: false,
    memory: fakeMemory(),
    schedules: scheduleBook(),
    timeZone: 'UTC',
  });
  const mine = { ...wait, name: 'mine' };
  const agent = { models: ['demo'] as [string], system: '', tools: [mine], workflowTools: [] };
  const theirs = (servers: readonly string[]) => servers.map((name) => ({ ...wait, name: `${name}_tool` }));
  const { all } = createAgents(
    [
      { name: 'main', builtInTools: ['recall', 'calculator'], mcpServers: ['desk'], ...agent },
      { name: 'plain', builtInTools: ['calculator'], mcpServers: [], ...agent },
    ],
    readEnvironment({}),
    builtIns,
    { tools: async (servers) => theirs(servers) },
  );
  const names = all.map(async ({ tools }) => (await tools()).map(({ name }) => name));
  expect(await Promise.all(names)).toEqual([
    ['calculator', 'recall', 'mine', 'desk_tool'],
    ['calculator', 'mine'],
  ]);
  expect(all.map(({ remembers = false }) => remembers)).toEqual([true, false]);
});
