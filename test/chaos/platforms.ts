import type { Rig } from '../fakes/rig.ts';
import { FakeTelegram } from '../fakes/telegram/telegram.ts';
import type { Stormed } from './place.ts';
import type { Random } from './random.ts';
import { Redelivery } from './redelivery.ts';

const TOKEN = '123456:token-of-the-storm';
const SECRET = 'secret-of-the-storm';
const BOSS = { from: 42, name: 'Boss' };
/** Every third chat is a private one; the others are groups, whose message ids are their own. */
const PRIVATE_EVERY = 3;
const SENDS = ['sendMessage', 'editMessageText'];

/** Telegram: delivers each chat's updates in order, again until they are acknowledged. */
export async function stormTelegram(gateway: () => string): Promise<Stormed> {
  const fake = await FakeTelegram.start({ token: TOKEN, webhookSecret: SECRET });
  const balance = () => {
    fake.webhookUrl = `${gateway()}/webhooks/telegram`;
  };
  balance();
  const balancing = setInterval(balance, 250);
  let first = 0;
  return {
    env: { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_WEBHOOK_SECRET: SECRET, TELEGRAM_API_BASE_URL: fake.url },
    place(number) {
      const isPrivate = number % PRIVATE_EVERY === 0;
      const chat = isPrivate ? 7_000 + number : -1_001_000_000_000 - number;
      const messages = () => fake.messages(chat, 'bot');
      return {
        platform: 'telegram',
        conversation: `telegram/${chat}`,
        say(text) {
          first += 1;
          return fake.say(chat, isPrivate || text.startsWith('/') ? text : `@HoldfastBot ${text}`).delivered;
        },
        shown: () => messages().map(({ text }) => text),
        asked: () => messages().findLast(({ buttons }) => buttons?.includes('Approve'))?.text,
        decide(label) {
          first += 1;
          fake.press(chat, label, BOSS);
        },
      };
    },
    repeats: () => fake.attempts.length - first,
    disturb(how) {
      for (const method of SENDS) {
        if (how === 'hold') fake.hold(method);
        else if (how === 'cut') fake.cutAfterActing(method);
        else fake.fail(method, { status: 502 });
      }
    },
    heal: () => fake.heal(),
    async close() {
      clearInterval(balancing);
      await fake.close();
    },
  };
}

export interface RigStorm {
  gateway: () => string;
  random: Random;
  /** The platform delivers all in one order, as a homeserver does; else each conversation for itself. */
  inOneOrder?: boolean;
}

/** A platform by its rig. */
export async function stormRig(
  start: () => Promise<Rig>,
  { gateway, random, inOneOrder = false }: RigStorm,
): Promise<Stormed> {
  const rig = await start();
  const redeliveries: Redelivery[] = [];
  const redelivery = () => {
    const one = redeliveries[0];
    if (inOneOrder && one) return one;
    const made = new Redelivery(gateway, random.fork());
    redeliveries.push(made);
    return made;
  };
  return {
    env: rig.env,
    place(number) {
      const deliveries = redelivery();
      return {
        platform: rig.name,
        conversation: `${rig.name}/${rig.conversation(number)}`,
        async say(text) {
          const request = await rig.say(number, text);
          await deliveries.deliver(request);
        },
        shown: () => rig.shown(number),
      };
    },
    repeats: () => redeliveries.reduce((sum, { repeats }) => sum + repeats, 0),
    disturb(how) {
      if (how === 'hold') rig.hold();
      else if (how === 'cut') rig.cut();
      else rig.fail(502);
    },
    heal: () => rig.heal(),
    async close() {
      await Promise.all(redeliveries.map((one) => one.stop()));
      await rig.close();
    },
  };
}
