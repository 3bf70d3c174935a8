import { describe, expect, it } from 'vitest';
import { createDeliver } from '../../activities/deliver.ts';
import { DeliveryRefused, type Outbound, RateLimited } from '../../platforms/platform.ts';
import { type Act, runDelivery, stagePlatform } from './delivery-stage.ts';

const request = { conversation: 'stage/c', reply: 3, deliveryId: 'd1', from: 0 };
const buttons = [
  { label: 'Yes', value: 'y' },
  { label: 'No', value: 'n' },
];
const fits: Pick<Outbound, 'buttons'> = { buttons: { most: 8, longestLabel: 40 } };
const nothing = () => undefined;
const inShort = (acts: Act[]) =>
  acts.map(({ does, text, context }) => [does, text, context.key, context.inDoubt ?? false]);

describe('a part of a reply', () => {
  it('carries the buttons under the last part only', async () => {
    const { acts, outbound } = stagePlatform(nothing, 3);
    const options = { outbound: { ...outbound, ...fits }, reply: { buttons } };
    expect((await runDelivery(createDeliver, request, options)).next).toBe(3);
    expect((await runDelivery(createDeliver, { ...request, from: 3 }, options)).next).toBeNull();
    expect(acts.map(({ text, buttons: shown }) => [text, shown])).toEqual([
      ['hel', undefined],
      ['lo', buttons],
    ]);
  });

  it.each<[string, Pick<Outbound, 'buttons'>]>([
    ['there are none', {}],
    ['they are too many', { buttons: { most: 1, longestLabel: 40 } }],
    ['their labels are too long', { buttons: { most: 8, longestLabel: 2 } }],
  ])('names the buttons in lines where %s, the same at every attempt', async (_, shows) => {
    const { acts, outbound } = stagePlatform(nothing);
    const options = { outbound: { ...outbound, ...shows }, reply: { buttons } };
    await runDelivery(createDeliver, request, options);
    await runDelivery(createDeliver, request, { ...options, attempt: 2 });
    const text = 'hello\n\n1. Yes\n2. No';
    expect(acts.map((act) => [act.does, act.text, act.buttons])).toEqual([
      ['post', text, undefined],
      ['find', text, undefined],
      ['post', text, undefined],
    ]);
  });

  it('finishes the streamed message with its buttons', async () => {
    const { acts, outbound } = stagePlatform(nothing);
    const begun = { ...request, receipt: { messageId: 's1' } };
    const options = { outbound: { ...outbound, ...fits }, reply: { buttons } };
    expect(await runDelivery(createDeliver, begun, options)).toEqual({
      receipt: { messageId: 's1' },
      next: null,
    });
    expect(acts).toMatchObject([{ does: 'edit', messageId: 's1', text: 'hello', buttons }]);
  });

  it('is sent straight away at first, and looked for, with its buttons, whenever one may be there', async () => {
    const { acts, outbound } = stagePlatform(({ does }) => (does === 'find' ? 'm7' : 'm1'));
    const options = { outbound: { ...outbound, ...fits }, reply: { buttons } };
    const ids = [
      await runDelivery(createDeliver, request, options),
      await runDelivery(createDeliver, request, { ...options, attempt: 2 }),
      await runDelivery(createDeliver, { ...request, look: true }, options),
    ];
    expect(ids.map(({ receipt }) => receipt.messageId)).toEqual(['m1', 'm7', 'm7']);
    expect(inShort(acts)).toEqual([
      ['post', 'hello', 'd1.0', false],
      ['find', 'hello', 'd1.0', true],
      ['find', 'hello', 'd1.0', true],
    ]);
    expect(acts.map((act) => act.buttons)).toEqual([buttons, buttons, buttons]);
  });

  it('is edited after a doubtful post where the key alone finds it: an earlier attempt may have shown less', async () => {
    const { acts, outbound } = stagePlatform(() => 'first');
    const { find: _, ...keyed } = outbound;
    const { receipt } = await runDelivery(createDeliver, { ...request, look: true }, { outbound: keyed });
    expect(receipt).toEqual({ messageId: 'first' });
    expect(acts.map(({ does, messageId }) => [does, messageId])).toEqual([
      ['post', undefined],
      ['edit', 'first'],
    ]);
    await runDelivery(createDeliver, request, { outbound: keyed });
    expect(acts).toHaveLength(3);
  });

  it('is sent under a new key when the message that it began is gone', async () => {
    const { acts, outbound } = stagePlatform(({ does }) => {
      if (does === 'edit') throw new DeliveryRefused('deleted');
      return does === 'post' ? 'm2' : undefined;
    });
    const begun = { ...request, receipt: { messageId: 's1' } };
    await runDelivery(createDeliver, begun, { outbound });
    await runDelivery(createDeliver, begun, { outbound, attempt: 2 });
    expect(inShort(acts).map(([does, , key]) => [does, key])).toEqual([
      ['edit', 'd1.0'],
      ['post', 'd1.0.anew'],
      ['edit', 'd1.0'],
      ['find', 'd1.0.anew'],
      ['post', 'd1.0.anew'],
    ]);
  });

  it('is not looked for after an attempt that was refused for a pause, as far as that is sure', async () => {
    const slow = () => {
      throw new RateLimited('slow down', 1_000);
    };
    const { outbound } = stagePlatform(nothing);
    const { acts, outbound: after } = stagePlatform(nothing);
    let beat: unknown;
    const pause = { onBeat: (details: unknown) => (beat = details), outbound: { ...outbound, post: slow } };
    await expect(runDelivery(createDeliver, request, pause)).rejects.toMatchObject({ nextRetryDelay: 1_000 });
    expect(beat).toEqual({ sending: false, ended: 1 });
    await runDelivery(createDeliver, request, { outbound: after, attempt: 2, heartbeatDetails: beat });
    expect(inShort(acts)).toEqual([['post', 'hello', 'd1.0', false]]);

    // Nothing was looked for: what an attempt before that one may have sent is still in doubt.
    const { find: _, ...keyed } = pause.outbound;
    const doubtful = { ...pause, outbound: keyed, attempt: 2 };
    await expect(runDelivery(createDeliver, request, doubtful)).rejects.toThrow('slow down');
    expect(beat).toEqual({ ended: 2 });
  });

  it('is not looked for by elimination before no other message is on its way', async () => {
    const { acts, outbound } = stagePlatform(() => 'm7');
    const among: Outbound = { ...outbound, findsByElimination: true };
    let reads = 0;
    const target = () => {
      reads += 1;
      return reads < 3 ? { othersOnTheirWay: true as const } : { knownMessageIds: ['other'] };
    };
    await runDelivery(createDeliver, request, { outbound: among, target, attempt: 2 });
    expect(inShort(acts)).toEqual([['find', 'hello', 'd1.0', true]]);
    expect(acts[0]?.context.knownMessageIds).toEqual(['other']);
    // A first attempt has nothing to look for.
    const busy = { othersOnTheirWay: true as const };
    await runDelivery(createDeliver, request, { outbound: among, target: () => busy });
    expect(acts.map(({ does }) => does)).toEqual(['find', 'post']);
  });

  it('is looked for after what was there before it, where that is far from what it answers', async () => {
    const { acts, outbound } = stagePlatform(nothing);
    let beat: unknown;
    const cut = {
      outbound: {
        ...outbound,
        latest: () => ({ sentAfter: '90' }),
        post: () => Promise.reject(new Error('cut')),
      },
      target: { sentAfter: '7' },
      onBeat: (details: unknown) => (beat = details),
    };
    await expect(runDelivery(createDeliver, request, cut)).rejects.toThrow('cut');
    expect(beat).toEqual({ sentAfter: '90', ended: 1 });
    const next = { outbound, target: { sentAfter: '7' }, attempt: 2 };
    await runDelivery(createDeliver, request, { ...next, heartbeatDetails: beat });
    await runDelivery(createDeliver, { ...request, look: true, sentAfter: '80' }, next);
    await runDelivery(createDeliver, { ...request, look: true }, next);
    const found = acts.filter(({ does }) => does === 'find');
    expect(found.map(({ context }) => context.sentAfter)).toEqual(['90', '80', '7']);
  });

  it('passes on where the message that it answers wants its answer', async () => {
    const { acts, outbound } = stagePlatform(nothing);
    const target = { returnAddress: { token: 'once' }, inReplyTo: '7' };
    await runDelivery(createDeliver, request, { outbound, target });
    expect(acts[0]?.context).toMatchObject(target);
  });
});
