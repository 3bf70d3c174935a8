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

  it.each<[string, object, RegExp]>([
    ['a picture elsewhere', { type: 'image_url', image_url: { url: 'https://a.b/c.png' } }, /data URL/],
    ['broken base64', { type: 'image_url', image_url: { url: 'data:image/png;base64,iV=BOR' } }, /base64/],
    ['another type', { type: 'image_url', image_url: { url: 'data:image/tiff;base64,AAAA' } }, /image\/tiff/],
    [
      'other bytes',
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      /not image\/png/,
    ],
    [
      'a nameless file',
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } },
      /filename/,
    ],
    ['an unknown part', { type: 'picture' }, /invalid content part/],
  ])('refuses %s', async (_, part, message) => {
    const content = [{ type: 'text', text: 'look' }, part];
    const response = await post({ messages: [{ role: 'user', content }] });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(message);
  });

  const talk = new File([Buffer.from('OggS and some talk')], 'audio.ogg');
  const transcribe = (fields: Record<string, string | File>, key = fake.key) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const headers = { authorization: `Bearer ${key}` };
    return fetch(`${fake.url}/v1/audio/transcriptions`, { method: 'POST', body: form, headers });
  };

  it('transcribes', async () => {
    fake.transcribe = ({ name, model }) => `${model} heard ${name}`;
    const plain = await transcribe({ model: 'whisper-1', file: talk });
    expect(await plain.json()).toEqual({
      text: 'whisper-1 heard audio.ogg',
      usage: expect.objectContaining({ type: 'tokens', total_tokens: 19 }),
    });
    const verbose = await transcribe({ model: 'whisper-1', file: talk, response_format: 'verbose_json' });
    expect(await verbose.json()).toMatchObject({ duration: 1.5, segments: [{ start: 0 }] });
  });

  it.each<[string, Record<string, string | File>, number, RegExp]>([
    ['no model', { file: talk }, 400, /model/],
    ['no file', { model: 'm' }, 400, /'file'/],
    ['a text for a file', { model: 'm', file: 'talk' }, 400, /'file'/],
    ['another format', { model: 'm', file: new File([talk], 'audio.amr') }, 400, /audio\.amr/],
    ['an unknown field', { model: 'm', file: talk, format: 'json' }, 400, /format/],
    ['too little', { model: 'm', file: new File(['x'], 'audio.wav') }, 400, /too short/],
    ['too much', { model: 'm', file: new File([Buffer.alloc(26_300_000)], 'a.wav') }, 413, /exceeded/],
  ])('refuses to transcribe with %s', async (_, fields, status, message) => {
    const response = await transcribe(fields);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(message);
  });

  it('refuses to transcribe without its key', async () => {
    expect((await transcribe({ model: 'm', file: talk }, 'wrong')).status).toBe(401);
  });
});
