import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import type { Rig } from '../../fakes/rig.ts';
import { RIGS } from '../../fakes/rigs.ts';
import { type Recorded, recordedBodies } from './bodies.ts';
import { placesIn } from './mutate.ts';
import { type StandInGateway, standInGateway } from './stand-in-gateway.ts';

/** Just under what is taken, and over it. */
const LENGTHS = [60_000, 120_000];
/** What makes a careless pattern look at every place from every other one. */
const PIECES = [' ', '\n', '@', '<', '<at>', '<at ', '> ', '👍'];
/** Fields that people fill. */
const WORDS = /text|body|content|caption|title|name|value|data|label|description|recognition|question|html/i;

/** Some hundred times what they take. With a careless pattern, one takes several seconds. */
const MOST_MS = 1_500;

/** One process serves many conversations: a text that takes it seconds to read holds up all of them. */
describe.each(Object.entries(RIGS))('long texts to %s', (name, start) => {
  let rig: Rig;
  let gateway: StandInGateway;
  beforeAll(async () => {
    rig = await start();
    const platform = (await createPlatforms(readEnvironment(rig.env))).get(name);
    if (!platform) throw new Error(`the variables of the rig do not switch ${name} on`);
    gateway = standInGateway(platform);
    await gateway.send(await rig.say(1, 'Hello'));
  });
  afterAll(() => rig?.close());

  it('are read, or refused, at once, wherever they stand', async () => {
    for (const [where, { wrap = String, contentType, withText }] of placesOfTexts(recordedBodies(name)))
      for (const piece of PIECES)
        for (const length of LENGTHS) {
          const request = await rig.sign(wrap(withText(piece.repeat(length / piece.length))));
          if (contentType !== undefined) request.headers.set('content-type', contentType);
          const from = performance.now();
          await (await gateway.send(request)).text();
          const took = Math.round(performance.now() - from);
          expect(took, `ms, of ${length} of ${JSON.stringify(piece)} in ${where}`).toBeLessThan(MOST_MS);
        }
  });
});

interface Place extends Pick<Recorded, 'wrap' | 'contentType'> {
  withText(text: string): string;
}

/** A place for each field that people fill, in each recorded body. */
function placesOfTexts(all: readonly Recorded[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const one of all)
    for (const [field, withText] of one.form === 'json' ? textsOfJson(one.body) : textsOfXml(one.body))
      if (WORDS.test(field)) places.set(`${field} of ${one.name}`, { ...one, withText });
  return places;
}

function textsOfJson(body: string): [string, Place['withText']][] {
  return placesIn(JSON.parse(body)).flatMap(([holder, key], index): [string, Place['withText']][] => {
    if (typeof holder[key] !== 'string' || Array.isArray(holder)) return [];
    const withText = (text: string) => {
      const copy: unknown = JSON.parse(body);
      const place = placesIn(copy)[index];
      if (place) place[0][key] = text;
      return JSON.stringify(copy);
    };
    return [[key, withText]];
  });
}

function textsOfXml(body: string): [string, Place['withText']][] {
  return [...body.matchAll(/<(\w+)><!\[CDATA\[[^]*?\]\]><\/\1>/g)].map(([whole, tag = '']) => [
    tag,
    (text) => body.replace(whole, () => `<${tag}><![CDATA[${text}]]></${tag}>`),
  ]);
}
