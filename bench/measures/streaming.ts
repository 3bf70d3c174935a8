import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import type { Field } from '../field.ts';
import { median, type Reading } from './reading.ts';

const TURNS = 5;
/** The gateway has begun to follow a conversation that is watched. */
const WATCHED_MS = 500;

/** An answer that takes the model two seconds: how long after its first word somebody sees one, and after its end all of it. */
export async function streaming({ world, holdfast, turns }: Field): Promise<Reading[]> {
  const firstWord: number[] = [];
  const watched: number[] = [];
  const delivered: number[] = [];
  const conversation = `web-${randomUUID()}`;
  const base = `${holdfast.stack.url()}/v1/conversations/${conversation}`;
  for (let number = 0; number < Math.min(TURNS, turns); number += 1) {
    const word = randomUUID();
    // The first message begins the conversation. Its own words are not to be taken for those of the next one.
    await holdfast.stack.say(conversation, 'plain');
    await holdfast.stack.replies(conversation, 2 * number + 1);
    const events = new EventSource(`${base}/events`);
    await sleep(WATCHED_MS);
    const seen = (event: string) =>
      new Promise<number>((resolve) => {
        events.addEventListener(event, () => resolve(performance.now()), { once: true });
      });
    const delta = seen('delta');
    await holdfast.stack.say(conversation, `${word} slowly`);
    const first = await delta;
    const reply = await seen('reply');
    events.close();
    const times = world.modelTimes(word);
    if (!times) throw new Error('the model was not asked');
    firstWord.push(first - times.firstWord);
    watched.push(reply - times.end);

    const id = randomUUID();
    const replied = world.reply(id);
    await holdfast.send({ conversation, id, text: `${id} slowly` });
    const at = await replied;
    delivered.push(at - (world.modelTimes(id)?.end ?? Number.NaN));
  }
  const of = { system: holdfast.name, unit: 'ms' } as const;
  return [
    { ...of, figure: 'first word seen, after the model said it', value: median(firstWord) },
    { ...of, figure: 'whole reply seen, after the model ended', value: median(watched) },
    { ...of, figure: 'whole reply delivered, after the model ended', value: median(delivered) },
  ];
}
