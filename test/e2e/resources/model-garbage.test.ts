import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { FakeStep } from '../../fakes/model-server.ts';
import { changedBuild } from '../../support/build.ts';
import { eventually } from '../../support/eventually.ts';
import { followPlan } from '../../support/plan.ts';
import { type Scene, startScene } from '../../support/scene.ts';

/** One event of the stream of OpenAI's Chat Completions. */
const event = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-fake',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;
const HELLO = event({ role: 'assistant', content: 'Hello there, ' });
const END = `${event({}, 'stop')}data: [DONE]\n\n`;
const call = (name: string, input: unknown) => ({ calls: [{ name, input }] });

const nested = (levels: number) => `{"holdMs": ${'['.repeat(levels)}${']'.repeat(levels)}}`;

async function* forever(first: string, then: string | Uint8Array, pauseMs = 0) {
  yield first;
  for (;;) {
    yield then;
    if (pauseMs > 0) await sleep(pauseMs);
  }
}

/** What the model does when a message is the key, and how the turn must end. `asked`: how often the model was asked, at most. */
const GARBAGE: Record<string, { step: () => FakeStep; reply: RegExp; asked?: number }> = {
  'is a page of HTML': {
    step: () => ({
      headers: { 'content-type': 'text/html' },
      raw: ['<html><h1>502 Bad gateway</h1></html>'],
    }),
    reply: /^Sorry, I could not finish this: the model could not be reached: /,
  },
  'has broken JSON in the middle': {
    step: () => ({ raw: [HELLO, 'data: {"id": nope\n\n', END] }),
    reply: /^Sorry, I could not finish this: the model could not be reached: JSON parsing failed/,
  },
  'is an error with half a character': {
    step: () => ({ status: 400, body: JSON.stringify({ error: { message: 'bad \ud83d request' } }) }),
    reply: /^Sorry, I could not finish this: the model refused the request: 400: bad \ufffd request/,
    asked: 1,
  },
  'is empty': {
    step: () => ({ raw: [END] }),
    reply: /^Sorry, I could not finish this: .*the model answered with nothing/,
  },
  'has a character cut through': {
    step: () => ({
      raw: [HELLO, Buffer.from(event({ content: 'grüße' })).subarray(0, -60), '"}}]}\n\n', END],
    }),
    reply: /^Sorry, I could not finish this: the model could not be reached/,
  },
  'has bytes that are no UTF-8': {
    step: () => ({
      raw: [
        HELLO,
        Buffer.concat(
          event({ content: 'a|b' })
            .split('|')
            .flatMap((half, index) =>
              index === 0 ? [Buffer.from(half), Buffer.from([0xc3, 0xff])] : [Buffer.from(half)],
            ),
        ),
        END,
      ],
    }),
    reply: /^Hello there, a\ufffd+b$/,
  },
  'has NUL and half a character': {
    step: () => ({
      raw: [
        HELLO,
        event({ content: 'a\0b' }),
        event({ content: ' \ud83d' }),
        event({ content: '\ude00 \ud800.' }),
        END,
      ],
    }),
    reply: /^Hello there, a\ufffdb 😀 \ufffd\.$/,
  },
  'goes on in silence': {
    step: () => ({ raw: forever(HELLO, ': still here\n\n', 100) }),
    reply:
      /^Sorry, I could not finish this: the model could not be reached: the answer ended before it was complete \(silence\)/,
  },
  'says nothing for ever': {
    step: () => ({ raw: forever(event({ role: 'assistant', content: '' }), event({ content: '' }), 100) }),
    reply: /^Sorry, I could not finish this: /,
  },
  'has its end, and the connection stays open': {
    step: () => ({ raw: [HELLO, event({ content: 'all of it.' }), END], staysOpen: true }),
    reply: /^Hello there, all of it\.$/,
    asked: 1,
  },
  'is one line without end': {
    step: () => ({ raw: forever(HELLO, 'x'.repeat(1024 * 1024)) }),
    reply: /^Sorry, I could not finish this: the model did not come to an end within/,
    asked: 1,
  },
  'goes on and on': {
    step: () => ({ raw: forever(HELLO, event({ content: 'and on '.repeat(1_000) }), 1) }),
    reply: /^Sorry, I could not finish this: the model did not come to an end within/,
    asked: 1,
  },
  'calls with arguments that are nested deeper than any stack': {
    step: () => call('look_up', nested(20_000)),
    reply: /^Sorry, I could not finish this: /,
  },
  'thinks on and on': {
    step: () => ({ raw: forever('', event({ reasoning_content: 'hmm '.repeat(1_000) }), 1) }),
    reply: /^Sorry, I could not finish this: the model did not come to an end within/,
    asked: 1,
  },
};

/** Tool calls that cannot be run: the model is told so, and says what it was told. */
const CALLS: Record<string, { step: FakeStep; told: RegExp }> = {
  'arguments that are no JSON': { step: call('look_up', '{"holdMs": 1,'), told: /not valid JSON/ },
  'arguments that are a list': { step: call('look_up', '[1, 2]'), told: /look_up/ },
  'arguments that are nested deep': { step: call('look_up', nested(900)), told: /not valid JSON/ },
  'arguments with half a character': {
    step: call('look_up', '{"holdMs": "\\ud800\\u0000"}'),
    told: /look_up/,
  },
  'a tool whose error has half a character': {
    step: call('fail_with', { text: 'oh \ud800 no' }),
    told: /fail_with failed: oh \ufffd no/,
  },
  'a tool that there is not': { step: call('launch_rockets', {}), told: /There is no tool "launch_rockets"/ },
  'a name that no provider takes back': { step: call('rm -rf /\0 \ud800', {}), told: /There is no tool/ },
  'a name of a hundred thousand characters': {
    step: call('x'.repeat(100_000), {}),
    told: /There is no tool/,
  },
  'the same id twice': {
    step: {
      calls: [
        { id: 'same', name: 'look_up', input: {} },
        { id: 'same', name: 'look_up', input: {} },
      ],
    },
    told: /look_up done/,
  },
};

/** The model's provider, or a proxy on the way, streams what is no answer: each turn ends honestly, and the next one works. */
describe('the model streams garbage', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ env: { TURN_FAILURES: '3' } });
    scene.model.script = (request) => {
      const said = request.messages.findLast(({ role }) => role === 'user')?.text ?? '';
      const results = request.messages.at(-1)?.toolResults ?? [];
      if (results.length > 0) return { text: `told: ${results.map(({ output }) => output).join(' | ')}` };
      return GARBAGE[said]?.step() ?? CALLS[said]?.step ?? followPlan(request);
    };
    // The same worker with less patience.
    const build = await changedBuild(inject('scratch'), [
      { file: 'models/stream-step.ts', from: 'const SILENCE_MS = 180_000;', to: 'const SILENCE_MS = 1_500;' },
      {
        file: 'models/stream-step.ts',
        from: 'const FIRST_WORD_MS = 480_000;',
        to: 'const FIRST_WORD_MS = 1_500;',
      },
    ]);
    await scene.stack.killWorkers();
    await scene.stack.startWorker({ build });
  });
  afterAll(() => scene?.stop());

  /** Says it in a chat of its own, and then something else: the two replies, as they are seen. */
  async function seen(said: string): Promise<[string, string]> {
    const { telegram } = scene;
    const chat = 20_000 + [...Object.keys(GARBAGE), ...Object.keys(CALLS)].indexOf(said);
    telegram.say(chat, said);
    await scene.stack.replies(`telegram/${chat}`, 1);
    telegram.say(chat, 'still there?');
    await scene.stack.replies(`telegram/${chat}`, 2);
    await eventually(() => telegram.messages(chat, 'bot').length >= 2);
    const texts = telegram.messages(chat, 'bot').map(({ text }) => text);
    expect(texts).toHaveLength(2);
    return texts as [string, string];
  }
  const askedFor = (said: string) =>
    scene.model.requests.filter(({ messages }) => messages.at(-1)?.text === said).length;

  it.concurrent.each(Object.entries(GARBAGE))('the answer %s', async (said, { reply, asked = 3 }) => {
    const [first, second] = await seen(said);
    expect(first).toMatch(reply);
    expect(second).toMatch(/^echo: still there\?/);
    expect(askedFor(said)).toBeLessThanOrEqual(asked);
  });

  it.concurrent.each(Object.entries(CALLS))('calls of the model: %s', async (said, { told }) => {
    const [first, second] = await seen(said);
    expect(first).toMatch(/^told: /);
    expect(first).toMatch(told);
    expect(second).toMatch(/^echo: still there\?/);
  });

  it('and the worker is the one that began', () => {
    expect(scene.stack.workers[0]?.ended, scene.stack.workers[0]?.output).toBe(false);
    expect(scene.model.refused).toEqual([]);
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(10);
  });
});
