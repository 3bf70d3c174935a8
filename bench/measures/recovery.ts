import { randomUUID } from 'node:crypto';
import { eventually } from '../../test/support/eventually.ts';
import type { Field } from '../field.ts';
import { median, type Reading } from './reading.ts';

const CONVERSATIONS = 10;

/** All workers are SIGKILLed while ten conversations are in the middle of a tool, and others are started at once. */
export async function recovery({ world, holdfast, turns }: Field): Promise<Reading[]> {
  const { stack } = holdfast;
  const texts = Array.from({ length: Math.min(CONVERSATIONS, turns) }, () => `${randomUUID()} hold`);
  const replies = texts.map(async (text) => {
    const replied = world.reply(text);
    await holdfast.send({ conversation: `recovery-${text}`, id: text, text });
    return replied;
  });
  const times = (text: string) => world.held.get(text) ?? [];
  await eventually(() => texts.every((text) => times(text).length === 1), { what: 'all are in their tool' });
  await stack.killWorkers();
  const killed = performance.now();
  const ready = holdfast.startWorkers().then(() => performance.now());
  const delivered = await Promise.all(replies);
  const again = texts.map((text) => (times(text)[1] ?? Number.NaN) - killed);
  const of = { system: holdfast.name, unit: 's' } as const;
  return [
    { ...of, figure: 'worker killed → another is ready', value: ((await ready) - killed) / 1000 },
    { ...of, figure: 'worker killed → first interrupted tool runs again', value: Math.min(...again) / 1000 },
    { ...of, figure: 'worker killed → interrupted tools run again', value: median(again) / 1000 },
    {
      ...of,
      figure: 'worker killed → all delivered, after a tool of 2 s',
      value: (Math.max(...delivered) - killed) / 1000,
    },
  ];
}
