import { z } from 'zod';
import { FACT_ID, MAX_FORGOTTEN } from '../../contract/memory.ts';
import { defineTool } from '../define-tool.ts';
import { type Tool, ToolError } from '../tool.ts';
import type { MemoryStore } from './memory-store.ts';

/** Makes the tool that forgets facts by their ids. */
export function forget(store: MemoryStore): Tool {
  return defineTool({
    name: 'forget',
    description: 'Forget facts for good. Use it when the user asks for it, or when a fact is no longer true.',
    input: z.object({
      ids: z
        .array(z.string().regex(FACT_ID, 'must be an id such as p3 or c1'))
        .min(1)
        .max(MAX_FORGOTTEN)
        .describe('their ids, as your notes or recall tell them'),
    }),
    effect: 'idempotent',
    timeoutMs: 30_000,
    async run({ ids }, { conversation, person, idempotencyKey: key, signal }) {
      const own = ids.filter((id) => id.startsWith('p'));
      const here = ids.filter((id) => id.startsWith('c'));
      if (person === undefined && own.length > 0)
        throw new ToolError('nobody is known to have written this, so there are no facts about them');
      const gone = await Promise.all([
        own.length > 0 ? store.forget(`person/${person}`, { ids: own, key }, signal) : [],
        here.length > 0 ? store.forget(`conversation/${conversation}`, { ids: here, key }, signal) : [],
      ]);
      const forgotten = gone.flat();
      const missing = ids.filter((id) => !forgotten.includes(id));
      return [
        ...(forgotten.length > 0 ? [`Forgotten: ${forgotten.join(', ')}.`] : []),
        ...(missing.length > 0 ? [`There is no ${missing.join(', ')}.`] : []),
      ].join(' ');
    },
  });
}
