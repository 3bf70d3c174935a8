import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const shape = z.object({
  /** User id of the bot. */
  botId: z.string().optional(),
  session: z.object({ id: z.string(), resumeUrl: z.string(), sequence: z.int() }).optional(),
  /** Newest message that was handled. */
  newest: z.string().optional(),
  /** Servers whose messages after this one were not yet looked through. */
  unread: z.object({ after: z.string(), guilds: z.array(z.string()) }).optional(),
});

/** What of a listener outlives its process: where it is in Discord's stream of events. */
export type ListenState = z.output<typeof shape>;

/** What was saved; empty at the first start. Throws for a file that is not ours. */
export async function readState(file: string): Promise<ListenState> {
  try {
    return shape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read; delete it to begin afresh, without what was missed meanwhile`, {
      cause: error,
    });
  }
}

/** Replaces the file: it is there whole, whenever the process or the machine dies. */
export async function saveState(file: string, state: ListenState): Promise<void> {
  const next = `${file}.new`;
  const handle = await open(next, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(state));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
  const folder = await open(path.dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
