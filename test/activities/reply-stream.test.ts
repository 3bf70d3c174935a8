import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { ReplyStream, type ReplyStreamOptions, type StreamedSoFar } from '../../activities/reply-stream.ts';
import { DeliveryRefused, type Outbound, RateLimited } from '../../platforms/platform.ts';

const WORDS = 'these are the first words of it';

describe('a reply that is shown while it is written', () => {
  let log: string[];
  let recorded: StreamedSoFar[];
  let fail: Error | undefined;
  let found: string | undefined;
  let suspended: boolean;
  let givenUp: boolean;
  let stored: StreamedSoFar | undefined;
  let underWay: boolean[];

  const outbound: Outbound = {
    split: (text, from) => ({
      text: text.slice(from, from + 100),
      next: text.length > from + 100 ? from + 100 : null,
    }),
    async post(_, text) {
      if (fail) throw fail;
      log.push(`post ${text}`);
      return { messageId: 'm1' };
    },
    async edit(_, { messageId }, text) {
      if (fail) throw fail;
      log.push(`edit ${messageId} ${text}`);
    },
    async find(context) {
      log.push(context.inDoubt ? 'find' : 'find without need');
      return found === undefined ? undefined : { messageId: found };
    },
  };

  beforeEach(() => {
    log = [];
    recorded = [];
    fail = undefined;
    found = undefined;
    suspended = false;
    givenUp = false;
    underWay = [];
  });

  function stream(options: Partial<ReplyStreamOptions> = {}): ReplyStream {
    return new ReplyStream({
      outbound,
      said: '',
      before: {},
      look: false,
      othersOnTheirWay: false,
      record: (soFar) => void recorded.push(soFar),
      assertCurrent() {
        if (suspended) throw new Error('suspended');
      },
      async confirm(soFar) {
        if (givenUp) throw new Error('given up');
        if (soFar) stored = soFar;
      },
      underWay: (is) => void underWay.push(is),
      context: { conversation: 'c', key: 'k', knownMessageIds: [], signal: new AbortController().signal },
      ...options,
    });
  }
  const written = () => sleep(20);

  it('starts with words, not before there are some, and records the message', async () => {
    const reply = stream();
    reply.add('these');
    await written();
    expect(log).toEqual([]);
    reply.add(WORDS.slice(5));
    await written();
    expect(log).toEqual([`post ${WORDS}`]);
    expect(recorded).toEqual([{ messageId: 'm1', shown: WORDS.length }]);
  });

  it('says what may arrive although its process is killed: a message until it was edited, an edit until it is answered', async () => {
    const reply = stream();
    reply.add(WORDS);
    await written();
    expect(underWay).toEqual([true]);
    reply.add(', and more');
    await reply.end();
    expect(log).toEqual([`post ${WORDS}`, `edit m1 ${WORDS}, and more`]);
    expect(underWay).toEqual([true, true, false]);
  });

  it('is edited about once a second, and ends as the text ends', async () => {
    const reply = stream();
    reply.add(WORDS);
    for (let n = 0; n < 12; n += 1) {
      await sleep(100);
      reply.add(` ${n}`);
    }
    const { streamed } = await reply.end();
    expect(log.length).toBeGreaterThanOrEqual(3);
    expect(log.length).toBeLessThanOrEqual(4);
    expect(log.at(-1)).toBe(`edit m1 ${WORDS} 0 1 2 3 4 5 6 7 8 9 10 11`);
    expect(streamed).toEqual({ receipt: { messageId: 'm1' }, shown: { next: null } });
  });

  it('sends nothing when it was given up while it looked for what may have been sent', async () => {
    const find = async () => {
      givenUp = true;
      return undefined;
    };
    const reply = stream({ look: true, outbound: { ...outbound, find } });
    reply.add(WORDS);
    await written();
    expect(await reply.end()).toEqual({ mayHaveStreamed: true });
    expect(log).toEqual([]);
  });

  it('sends nothing for a short text: the delivery does', async () => {
    const reply = stream();
    reply.add('ok');
    expect(await reply.end()).toEqual({});
    expect(log).toEqual([]);
  });

  it('sends a short text that is the whole reply, with or without edits, and records it with its result only', async () => {
    const { edit: _, ...unchangeable } = outbound;
    for (const platform of [outbound, unchangeable]) {
      const reply = stream({ outbound: platform });
      reply.add('ok');
      expect(await reply.end(true)).toEqual({
        streamed: { receipt: { messageId: 'm1' }, shown: { next: null } },
      });
    }
    expect(log).toEqual(['post ok', 'post ok']);
    expect(recorded).toEqual([]);
  });

  it('shows nothing before the end where it could not be changed', async () => {
    const { edit: _, ...unchangeable } = outbound;
    const reply = stream({ outbound: unchangeable });
    reply.add(WORDS);
    await written();
    expect(await reply.end()).toEqual({});
    expect(log).toEqual([]);
  });

  it('leaves a whole reply that may have been sent to its delivery', async () => {
    fail = new Error('cut');
    const reply = stream();
    reply.add('ok');
    expect(await reply.end(true)).toEqual({ mayHaveStreamed: true });
  });

  it('leaves to whoever looks for it what was there before it, where that is far from what it answers', async () => {
    const far = { ...outbound, latest: () => ({ sentAfter: '90' }) };
    fail = new Error('cut');
    const reply = stream({ outbound: far });
    reply.add('ok');
    expect(await reply.end(true)).toEqual({ mayHaveStreamed: true, sentAfter: '90' });
    expect(stored).toEqual({ sentAfter: '90' });
    const next = stream({
      outbound: { ...far, findsByElimination: true },
      look: true,
      before: { ...stored },
    });
    next.add('ok');
    expect(await next.end(true)).toEqual({ mayHaveStreamed: true, sentAfter: '90' });
  });

  it('shows the first part of a long text, and says where the next begins', async () => {
    const reply = stream();
    reply.add('x'.repeat(150));
    await written();
    expect(await reply.end()).toEqual({ streamed: { receipt: { messageId: 'm1' }, shown: { next: 100 } } });
  });

  it('goes on in the message of an earlier step, behind what that said', async () => {
    const reply = stream({ said: 'Let me look.', before: { messageId: 'm0' } });
    reply.add(WORDS);
    await written();
    expect(log).toEqual([`edit m0 Let me look.\n\n${WORDS}`]);
  });

  it('goes on in the message of an earlier attempt, and does not shrink what it shows', async () => {
    const reply = stream({ before: { messageId: 'm0', shown: 40 }, look: true });
    reply.add(WORDS);
    await written();
    expect(log).toEqual([]);
    reply.add(' and some more words');
    await written();
    expect(log).toEqual([`edit m0 ${WORDS} and some more words`]);
  });

  it.each([
    ['m7', ['find'], 'm7'],
    [undefined, ['find', `post ${WORDS}`], 'm1'],
  ])(
    'looks for the unrecorded message of an earlier attempt (%s) before it sends',
    async (id, calls, messageId) => {
      found = id;
      const reply = stream({ look: true });
      reply.add(WORDS);
      await written();
      expect(log).toEqual(calls);
      expect((await reply.end()).streamed?.receipt).toEqual({ messageId });
    },
  );

  it('edits the message that a repeated key brought back, where a key is all there is: it may show less', async () => {
    const { find: _, ...keyed } = outbound;
    const reply = stream({ outbound: keyed, look: true });
    reply.add(WORDS);
    await written();
    expect(log).toEqual([`post ${WORDS}`, `edit m1 ${WORDS}`]);
    expect((await reply.end()).streamed).toEqual({ receipt: { messageId: 'm1' }, shown: { next: null } });
  });

  it('is edited as seldom as the platform wants', async () => {
    const reply = stream({ outbound: { ...outbound, editEveryMs: 10_000 } });
    reply.add(WORDS);
    await written();
    for (let n = 0; n < 12; n += 1) {
      await sleep(100);
      reply.add(` ${n}`);
    }
    expect(log).toEqual([`post ${WORDS}`]);
    await reply.end();
    expect(log).toHaveLength(2);
  });

  it('pauses as the platform asks, and leaves the rest to the delivery', async () => {
    fail = new RateLimited('slow down', 60_000);
    const reply = stream();
    reply.add(WORDS);
    await written();
    fail = undefined;
    reply.add(' and more');
    expect(await reply.end()).toEqual({});
    expect(log).toEqual([]);
  });

  it('says so when it cannot know whether its message arrived, and not when it was refused', async () => {
    fail = new Error('the connection was cut');
    const reply = stream();
    reply.add(WORDS);
    await written();
    expect(await reply.end()).toEqual({ mayHaveStreamed: true });
    fail = new DeliveryRefused('blocked');
    const refused = stream();
    refused.add(WORDS);
    await written();
    expect(await refused.end()).toEqual({});
  });

  it('leaves it to the delivery to look for what an earlier attempt may have sent, when there is little to show', async () => {
    const reply = stream({ look: true });
    reply.add('Yes.');
    expect(await reply.end()).toEqual({ mayHaveStreamed: true });
    expect(log).toEqual([]);
  });

  it('leaves all to the delivery where a look could find another message', async () => {
    const among: Outbound = { ...outbound, findsByElimination: true };
    const doubtful = stream({ outbound: among, look: true });
    const crowded = stream({ outbound: among, othersOnTheirWay: true });
    for (const reply of [doubtful, crowded]) reply.add(WORDS);
    await written();
    expect([await doubtful.end(true), await crowded.end(true)]).toEqual([{ mayHaveStreamed: true }, {}]);
    expect(log).toEqual([]);
    // Its own message is known.
    const begun = stream({
      outbound: among,
      look: true,
      othersOnTheirWay: true,
      before: { messageId: 'm0' },
    });
    begun.add(WORDS);
    await written();
    expect(log).toEqual([`edit m0 ${WORDS}`]);
  });

  it('does not act any more once another attempt has begun', async () => {
    const reply = stream({ before: { messageId: 'm0' } });
    suspended = true;
    reply.add(WORDS);
    await written();
    await reply.end();
    expect(log).toEqual([]);
  });

  it('is not shown at all where messages cannot be edited', async () => {
    const { edit: _, ...withoutEdit } = outbound;
    const reply = stream({ outbound: withoutEdit });
    reply.add(WORDS);
    await written();
    expect(await reply.end()).toEqual({});
    expect(log).toEqual([]);
  });
});
