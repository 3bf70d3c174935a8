import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeModel } from './model-server.ts';

let fake: FakeModel;
beforeEach(async () => {
  fake = await FakeModel.start();
});
afterEach(() => fake.close());

const ask = { role: 'user', content: 'hi' };
const call = {
  role: 'assistant',
  tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }],
};
const result = { role: 'tool', tool_call_id: '1', content: 'ok' };

function post(
  body: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${fake.key}` },
): Promise<Response> {
  const text =
    typeof body === 'string' ? body : JSON.stringify({ model: 'm', stream: true, ...(body as object) });
  return fetch(`${fake.url}/v1/chat/completions`, { method: 'POST', body: text, headers });
}

describe('the fake model server', () => {
  it('streams events as the real one does', async () => {
    const response = await post({ messages: [ask], stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = (await response.text()).trim().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(JSON.parse(events.at(-2)?.slice(6) ?? '')).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 11 },
    });
  });

  it('counts tokens only when it is asked to', async () => {
    expect(await (await post({ messages: [ask] })).text()).not.toContain('usage');
  });

  it('takes a call with its result', async () => {
    expect((await post({ messages: [ask, call, result] })).status).toBe(200);
  });

  it.each([
    ['no messages', {}],
    ['empty messages', { messages: [] }],
    ['no model', { model: undefined, messages: [ask] }],
    ['an unknown field', { messages: [ask], temprature: 1 }],
    ['an unknown role', { messages: [{ role: 'human', content: 'hi' }] }],
    ['a result without its call', { messages: [ask, result] }],
    ['a call without its result', { messages: [ask, call] }],
    ['a call whose result comes too late', { messages: [ask, call, ask, result] }],
    ['what is not JSON', '{"model":'],
  ])('refuses %s', async (_what, body) => {
    expect((await post(body)).status).toBe(400);
    expect(fake.requests).toEqual([]);
  });

  it('refuses a missing and a wrong key', async () => {
    expect((await post({ messages: [ask] }, {})).status).toBe(401);
    expect((await post({ messages: [ask] }, { authorization: 'Bearer wrong' })).status).toBe(401);
  });
});
