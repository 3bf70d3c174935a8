import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { plan } from '../../support/plan.ts';
import { type Scene, startScene } from '../../support/scene.ts';

const LONG = `A long answer comes word by word${', and on it goes'.repeat(20)}.`;
const CONVERSATION = 'x-holdfast-conversation';

type Messages = OpenAI.ChatCompletionMessageParam[];

/** The official client against the real stack. */
describe('the API for programs made for OpenAI', () => {
  let scene: Scene;
  let client: OpenAI;

  beforeAll(async () => {
    scene = await startScene();
    client = new OpenAI({ apiKey: 'none is asked for', baseURL: `${scene.stack.url()}/v1` });
  });
  afterAll(() => scene?.stop());

  const headers = (conversation: string, more: Record<string, string> = {}) => ({
    headers: { [CONVERSATION]: conversation, ...more },
  });
  const user = (content: string): Messages[number] => ({ role: 'user', content });
  const chat = (messages: Messages, options: OpenAI.RequestOptions = {}) =>
    client.chat.completions.create({ model: 'holdfast', messages }, options);
  const stream = (text: string, options: OpenAI.RequestOptions = {}) =>
    client.chat.completions.create(
      {
        model: 'holdfast',
        messages: [user(text)],
        stream: true,
        stream_options: { include_usage: true },
      },
      options,
    );
  const contentOf = (chunks: OpenAI.ChatCompletionChunk[]) =>
    chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  const reasoningOf = (chunks: OpenAI.ChatCompletionChunk[]) =>
    chunks
      .map(({ choices }) => (choices[0]?.delta as { reasoning_content?: string })?.reasoning_content ?? '')
      .join('');
  async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
    const seen: T[] = [];
    for await (const event of events) seen.push(event);
    return seen;
  }
  async function failure(request: Promise<unknown>): Promise<APIError> {
    try {
      await request;
    } catch (error) {
      if (error instanceof APIError) return error;
      throw error;
    }
    throw new Error('it did not fail');
  }

  it('lists the agents as models', async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(['holdfast', 'main', 'clerk']);
    expect(await client.models.retrieve('clerk')).toMatchObject({ id: 'clerk', object: 'model' });
    expect(await failure(client.models.retrieve('gpt'))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  it('answers in the conversation that the header names, which knows what was said before', async () => {
    const first = await chat([user('hello')], headers('chat'));
    expect(first).toMatchObject({
      object: 'chat.completion',
      model: 'holdfast',
      choices: [{ message: { role: 'assistant', content: 'echo: hello [heard 1]' }, finish_reason: 'stop' }],
      holdfast: { conversation: 'web/chat', turn: 1, status: 'answered' },
    });
    const { prompt_tokens: input = 0, completion_tokens: output = 0, total_tokens } = first.usage ?? {};
    expect(input).toBeGreaterThan(0);
    expect(total_tokens).toBe(input + output);
    const asClientsDo: Messages = [user('hello'), { role: 'assistant', content: 'made up' }, user('again')];
    const { data, response } = await client.chat.completions
      .create({ model: 'holdfast', messages: asClientsDo }, headers('web%2Fchat'))
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('echo: again [heard 2]');
    expect(response.headers.get(CONVERSATION)).toBe('web%2Fchat');
    expect(JSON.stringify(await scene.stack.read('chat'))).not.toContain('made up');
  });

  it('begins a conversation with all that the program brings along', async () => {
    const { data, response } = await client.chat.completions
      .create({
        model: 'holdfast',
        temperature: 0.2,
        messages: [
          { role: 'system', content: 'Speak like a pirate.' },
          user('my name is Ada'),
          { role: 'assistant', content: 'Ahoy, Ada' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'who ' },
              { type: 'text', text: 'am I?' },
            ],
          },
        ],
      })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('echo: who am I? [heard 3]');
    expect(
      scene.model.requests
        .at(-1)
        ?.messages.map(({ role, text }) => [role, text])
        .slice(-4),
    ).toEqual([
      ['user', expect.stringMatching(/Instructions of the program.*\n\nSpeak like a pirate\./)],
      ['user', 'my name is Ada'],
      ['assistant', 'Ahoy, Ada'],
      ['user', 'who am I?'],
    ]);
    const conversation = decodeURIComponent(response.headers.get(CONVERSATION) ?? '');
    const again = await chat([user('and now?')], headers(encodeURIComponent(conversation)));
    expect(again.choices[0]?.message.content).toBe('echo: and now? [heard 4]');
    expect((await scene.stack.read(conversation)).turns).toBe(3);
  });

  it('has another agent answer by the name of the model', async () => {
    await chat([user('hello')], headers('by-agent'));
    const before = scene.model.requests.length;
    const { choices } = await client.chat.completions.create(
      { model: 'clerk', messages: [user('hello, clerk')] },
      headers('by-agent'),
    );
    expect(choices[0]?.message.content).toContain('hello, clerk');
    expect(JSON.stringify(scene.model.requests[before]?.body)).toContain('You are the clerk.');
  });

  it('streams the answer as it is written, and its usage at the end', async () => {
    const chunks = await all(await stream(plan({ say: LONG, chunkDelayMs: 20 }), headers('stream')));
    expect(contentOf(chunks)).toBe(`${LONG} [heard 1]`);
    expect(chunks.filter(({ choices }) => choices[0]?.delta.content).length).toBeGreaterThan(3);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: 'stop' }], holdfast: { turn: 1 } });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });

  it('ends the stream as OpenAI does', async () => {
    const response = await fetch(`${scene.stack.url()}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [CONVERSATION]: 'raw' },
      body: JSON.stringify({ model: 'holdfast', messages: [user('hello')], stream: true }),
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const lines = (await response.text()).split('\n\n').filter((line) => line.startsWith('data: '));
    expect(lines.at(-1)).toBe('data: [DONE]');
    expect(lines.slice(0, -1).every((line) => !('usage' in JSON.parse(line.slice(6))))).toBe(true);
  });

  it('hides what tools do, unless a header asks for it', async () => {
    const asks = plan({ first: 'Let me look.', steps: [[['look_up', { tag: 'x' }]]], say: 'found' });
    const hidden = await all(await stream(asks, headers('tools')));
    expect(contentOf(hidden)).toBe('Let me look.\n\nfound [heard 1]');
    expect(reasoningOf(hidden)).toBe('');
    const shown = await all(await stream(asks, headers('tools', { 'x-holdfast-activity': 'shown' })));
    expect(contentOf(shown)).toBe('Let me look.\n\nfound [heard 2]');
    expect(reasoningOf(shown)).toBe('look_up {"tag":"x"}\nlook_up: look_up done\n');
    const whole = await chat([user(asks)], headers('tools', { 'x-holdfast-activity': 'shown' }));
    expect(whole.choices[0]?.message).toMatchObject({
      content: 'Let me look.\n\nfound [heard 3]',
      reasoning_content: 'look_up {"tag":"x"}\nlook_up: look_up done\n',
    });
  });

  it('shows who reads the stream that a call waits for an approver, and goes on when one has decided', async () => {
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    const reading = (async () => {
      for await (const chunk of await stream(
        plan({ steps: [[['charge', {}]]], say: 'charged' }),
        headers('ask'),
      ))
        chunks.push(chunk);
    })();
    await eventually(() => /charge/.test(contentOf(chunks)));
    const command = await chat([user('/approve')], headers('ask'));
    expect(command).toMatchObject({ holdfast: { status: 'command' }, usage: { total_tokens: 0 } });
    await reading;
    expect(contentOf(chunks)).toMatch(/charged \[heard 1\]$/);
  });

  it('answers in the form of Responses, and goes on from one', async () => {
    const first = await client.responses.create({ model: 'holdfast', input: 'hello' });
    expect(first).toMatchObject({
      object: 'response',
      status: 'completed',
      output_text: 'echo: hello [heard 1]',
    });
    expect(first.usage?.input_tokens).toBeGreaterThan(0);
    const second = await client.responses.create({
      model: 'holdfast',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'again' }] }],
      previous_response_id: first.id,
    });
    expect(second.output_text).toBe('echo: again [heard 2]');
    expect(second.conversation?.id).toBe(first.conversation?.id);
    const third = await client.responses.create({
      model: 'holdfast',
      instructions: 'Be brief.',
      input: 'once more',
      conversation: first.conversation?.id ?? '',
    });
    expect(third.output_text).toBe('echo: once more [heard 3]');
  });

  it('streams Responses in events that the official client puts together again', async () => {
    const input = plan({ first: 'Let me look.', steps: [[['look_up', {}]]], say: LONG, chunkDelayMs: 20 });
    const streaming = client.responses.stream(
      { model: 'holdfast', input },
      headers('responses', { 'x-holdfast-activity': 'shown' }),
    );
    const types = (await all(streaming)).map(({ type }) => type);
    const final = await streaming.finalResponse();
    expect(final.output_text).toBe(`Let me look.\n\n${LONG} [heard 1]`);
    expect(final.output.map(({ type }) => type)).toEqual(['message', 'reasoning', 'message']);
    expect(types.slice(0, 4)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
    ]);
    expect(types.filter((type) => type === 'response.output_text.delta').length).toBeGreaterThan(3);
    expect(types.at(-1)).toBe('response.completed');
  });

  it.each<[string, object, string, RegExp]>([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools', /run|runs/],
    ['several answers', { n: 2 }, 'n', /must be 1/],
    ['a form', { response_format: { type: 'json_object' } }, 'response_format.type', /must be text/],
    ['an end', { stop: ['.'] }, 'stop', /not taken/],
    ['probabilities', { logprobs: true }, 'logprobs', /not taken/],
    [
      'a picture',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://e.com/a.png' } }] },
        ],
      },
      'messages.0.content.0.type',
      /only text/,
    ],
    [
      'the result of a tool',
      { messages: [{ role: 'tool', tool_call_id: 'a', content: 'b' }] },
      'messages.0.role',
      /tools/,
    ],
    [
      'no message of the user',
      { messages: [{ role: 'assistant', content: 'a' }] },
      'messages',
      /must end with/,
    ],
    ['nothing', { messages: [] }, 'messages', /must have a message/],
  ])('refuses %s, and says which field it is', async (_, change, param, message) => {
    const body = { model: 'holdfast', messages: [user('hello')], ...change } as never;
    const error = await failure(client.chat.completions.create(body, headers('refused')));
    expect(error).toMatchObject({ status: 400, param, type: 'invalid_request_error' });
    expect(error.message).toMatch(message);
    expect((await fetch(`${scene.stack.url()}/v1/conversations/refused`)).status).toBe(404);
  });

  it.each<[string, object, string]>([
    ['work in the background', { background: true }, 'background'],
    ['tools', { tools: [{ type: 'web_search' }] }, 'tools'],
    ['a form', { text: { format: { type: 'json_schema', name: 'a', schema: {} } } }, 'text.format.type'],
    [
      'a picture',
      { input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      'input.0.content.0.type',
    ],
    ['an unknown response', { previous_response_id: 'resp_1' }, 'previous_response_id'],
    ['two conversations', { previous_response_id: 'resp_1', conversation: 'a' }, 'previous_response_id'],
  ])('refuses of Responses %s', async (_, change, param) => {
    const body = { model: 'holdfast', input: 'hello', ...change } as never;
    expect(await failure(client.responses.create(body))).toMatchObject({ status: 400, param });
  });

  it('knows no model that is no agent', async () => {
    const body = { model: 'gpt-5', messages: [user('hello')] };
    const error = await failure(client.chat.completions.create(body));
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    expect(error.message).toContain('holdfast, main, clerk');
  });

  it('says so where the conversation cannot be named', async () => {
    const error = await failure(chat([user('hello')], headers('%')));
    expect(error).toMatchObject({ status: 400, code: 'invalid_conversation' });
  });

  it('answers a repeated request with the same turn, after a SIGKILL of the gateway in the middle', async () => {
    const request = plan({ steps: [[['pay', { holdMs: 500 }]]], say: LONG, chunkDelayMs: 20 });
    const once = { headers: { 'idempotency-key': 'the-key-of-a-request' } };
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    const cut = (async () => {
      for await (const chunk of await stream(request, once)) chunks.push(chunk);
    })();
    await Promise.all([
      expect(cut).rejects.toThrow(),
      (async () => {
        await eventually(() => contentOf(chunks).length > 40);
        await scene.stack.killGateways();
      })(),
    ]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBeNull();
    await scene.stack.startGateway();
    const again = await all(await stream(request, once));
    expect(contentOf(again)).toBe(`${LONG} [heard 1]`);
    expect(again[0]?.id).toBe(chunks[0]?.id);
    const whole = await chat([user(request)], once);
    expect(whole).toMatchObject({
      id: chunks[0]?.id,
      choices: [{ message: { content: `${LONG} [heard 1]` } }],
    });
    const { conversation } = (whole as unknown as { holdfast: { conversation: string } }).holdfast;
    expect((await scene.stack.read(conversation)).turns).toBe(1);
    expect(scene.ledger.of('pay', 'end')).toHaveLength(1);
  });

  it('goes on in the same stream after a SIGKILL of the worker', async () => {
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    const reading = (async () => {
      for await (const chunk of await stream(plan({ say: LONG, chunkDelayMs: 30 }), headers('killed')))
        chunks.push(chunk);
    })();
    await eventually(() => contentOf(chunks).length > 40);
    await scene.stack.replaceWorkers();
    await reading;
    expect(contentOf(chunks)).toBe(`${LONG} [heard 1]`);
  });

  it('has a client repeat by itself only what is recognised', async () => {
    await scene.stack.killTemporal();
    const without = await failure(chat([user('hello')], headers('away')));
    expect(without).toMatchObject({ status: 503, code: 'temporal_unavailable', type: 'server_error' });
    expect(without.headers?.get('x-should-retry')).toBe('false');
    const back = eventually(() => scene.stack.startTemporal().then(() => true));
    const answered = await client.chat.completions.create(
      { model: 'holdfast', messages: [user('hello')] },
      { ...headers('away', { 'idempotency-key': 'm1' }), maxRetries: 30 },
    );
    await back;
    expect(answered.choices[0]?.message.content).toBe('echo: hello [heard 1]');
  });
});
