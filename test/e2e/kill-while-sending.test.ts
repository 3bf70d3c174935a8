import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebhookRequest } from '../../platforms/platform.ts';
import type { Rig } from '../fakes/rig.ts';
import { RIGS } from '../fakes/rigs.ts';
import { eventually } from '../support/eventually.ts';
import { followPlan, plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { sendWebhook } from '../support/send-webhook.ts';

const LONG = `The first words of a long answer come at once${', and more of them follow'.repeat(30)}.`;
/** Conversations of the scenes, on every platform. */
const HELD = 1;
const CUT = 2;
const STREAMED = 3;

const OTHERS = -4321;
const CHAT = 7301;
const OTHER_CHAT = 7302;
/** More than Telegram is asked for when a message is looked for. */
const SAID_MEANWHILE = 60;

/**
 * The main job on every platform at once: the worker dies while replies are being sent, and each person sees one reply, or
 * exactly what docs/platforms.md says of the platform.
 */
describe('SIGKILL of the worker while replies are being sent, on every platform', () => {
  const rigs = new Map<string, Rig>();
  let scene: Scene;

  beforeAll(async () => {
    for (const [name, start] of Object.entries(RIGS)) rigs.set(name, await start());
    const env = Object.assign({}, ...[...rigs.values()].map((rig) => rig.env));
    scene = await startScene({ env });
    await everywhere(async (rig) => {
      rig.hold();
      await tell(await rig.say(HELD, 'hello'));
    });
    // The platforms have acted and hold their answers.
    await everywhere((rig) =>
      eventually(() => rig.shown(HELD).length === 1, { what: `${rig.name} has acted` }),
    );
    await scene.stack.killWorkers();
    await everywhere(async (rig) => rig.heal());
    await scene.stack.startWorker();
    await everywhere((rig) => replied(rig, HELD, 1));

    await everywhere(async (rig) => {
      rig.cut();
      await tell(await rig.say(CUT, 'hello'));
      await replied(rig, CUT, 1);
      rig.heal();
    });

    await everywhere(async (rig) => tell(await rig.say(STREAMED, plan({ say: LONG, chunkDelayMs: 40 }))));
    await eventually(
      () => {
        const [begun = ''] = rigs.get('telegram')?.shown(STREAMED) ?? [];
        return begun.length > 200;
      },
      { what: 'a streamed reply is half there' },
    );
    await scene.stack.killWorkers();
    await scene.stack.startWorker();
    await everywhere((rig) => replied(rig, STREAMED, 1));
    await everywhere(async (rig) => tell(await rig.say(STREAMED, 'and now?')));
    await everywhere((rig) => replied(rig, STREAMED, 2));
  }, 240_000);
  afterAll(async () => {
    await scene?.stop();
    await everywhere((rig) => rig.close());
  });

  async function everywhere(act: (rig: Rig) => Promise<unknown>): Promise<void> {
    await Promise.all([...rigs.values()].map(act));
  }

  /** Delivers a webhook as the platform does. */
  async function tell(request: WebhookRequest): Promise<void> {
    const response = await sendWebhook(scene.stack.url(), request);
    if (!response.ok) throw new Error(`${request.url.pathname}: ${response.status} ${await response.text()}`);
  }

  const replied = (rig: Rig, place: number, count: number) =>
    scene.stack.replies(`${rig.name}/${rig.conversation(place)}`, count, 60_000);

  describe.each(Object.keys(RIGS))('%s', (name) => {
    const rigOf = () => rigs.get(name) as Rig;
    const seen = (text: string) => (rigOf().afterLostAnswer === 'once' ? [text] : [text, text]);

    it('acted and held its answer when the worker died', () => {
      expect(rigOf().shown(HELD)).toEqual(seen('echo: hello [heard 1]'));
    });

    it('acted and cut the connection', () => {
      expect(rigOf().shown(CUT)).toEqual(seen('echo: hello [heard 1]'));
    });

    it('the worker died in the middle of a long reply: it is whole, in one message, and the context is kept', () => {
      expect(rigOf().shown(STREAMED)).toEqual([`${LONG} [heard 1]`, 'echo: and now? [heard 2]']);
    });
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThanOrEqual(3 * rigs.size);
  });
});

/** Telegram's private chats and small groups have one counter: what was sent and not recorded is far from what it answers. */
describe('SIGKILL of the worker of a Telegram bot that others write to meanwhile', () => {
  let scene: Scene;
  afterAll(() => scene?.stop());

  it('leaves one reply', async () => {
    scene = await startScene();
    const { stack, telegram, model } = scene;
    model.script = followPlan;
    await telegram.say(CHAT, plan({ delayMs: 5_000, say: 'late' })).delivered;
    await eventually(() => model.requests.length === 1);
    for (let count = 0; count < SAID_MEANWHILE; count += 1) telegram.say(OTHERS, 'a word among people');
    await telegram.say(OTHER_CHAT, 'hello').delivered;
    await stack.replies(`telegram/${OTHER_CHAT}`, 1);
    telegram.hold('sendMessage');
    await eventually(() => telegram.messages(CHAT, 'bot').length === 1);
    await stack.killWorkers();
    telegram.heal();
    await stack.startWorker();
    await stack.replies(`telegram/${CHAT}`, 1);
    expect(telegram.messages(CHAT, 'bot').map(({ text }) => text)).toEqual(['late [heard 1]']);
  }, 120_000);
});
