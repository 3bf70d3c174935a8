import { z } from 'zod';
import type { Fact } from '../../contract/memory.ts';
import { defineTool } from '../define-tool.ts';
import type { Tool } from '../tool.ts';
import type { MemoryStore } from './memory-store.ts';

const NOT_IN_A_GROUP =
  'What is remembered about the person who writes is not listed in a group, where all would read it; your notes show the newest.';

/** Makes the tool that lists what is remembered, the newest first. */
export function recall(store: MemoryStore): Tool {
  return defineTool({
    name: 'recall',
    description:
      'List what is remembered about the person who writes and about this conversation, each fact with its id. Your notes ' +
      'already show the newest: use it for older ones, or to find something.',
    input: z.object({
      search: z.string().max(200).optional().describe('only facts with all of these words; left out: all'),
    }),
    effect: 'read',
    timeoutMs: 30_000,
    async run({ search = '' }, { conversation, person, group, signal }) {
      const [here, own] = await Promise.all([
        store.read(`conversation/${conversation}`, signal),
        person === undefined || group ? [] : store.read(`person/${person}`, signal),
      ]);
      const words = search.toLowerCase().split(/\s+/);
      const found = [...own, ...here]
        .filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)))
        .sort((one, other) => other.at - one.at);
      const lines = found.length > 0 ? found.map(lineOf) : ['Nothing that is remembered fits.'];
      return [...lines, ...(group ? [NOT_IN_A_GROUP] : [])].join('\n');
    },
  });
}

function lineOf({ id, text, at, by }: Fact): string {
  const said = id.startsWith('c') ? `, said by ${by}` : '';
  return `${id}: ${text} (${new Date(at).toISOString().slice(0, 10)}${said})`;
}
