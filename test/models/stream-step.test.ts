import { createOpenAI } from '@ai-sdk/openai';
import type { LanguageModel } from 'ai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Entry } from '../../contract/transcript.ts';
import { AnswerCutOff, describeModelFailure, EmptyAnswer } from '../../models/model-failure.ts';
import { openaiResponses } from '../../models/openai-responses.ts';
import { resolveModel } from '../../models/resolve-model.ts';
import { fileKey, type ShownFiles } from '../../models/shown-files.ts';
import { type StepResult, streamStep } from '../../models/stream-step.ts';
import { FakeModel } from '../fakes/model-server.ts';
import { PDF, PNG, user } from './entries.ts';

let fake: FakeModel;
beforeEach(async () => {
  fake = await FakeModel.start();
});
afterEach(() => fake.close());

type Access = { url: string; key: string };
const DIALECTS: Record<string, (access: Access) => LanguageModel | Promise<LanguageModel>> = {
  'OpenAI Chat Completions': ({ url, key }) =>
    resolveModel('openai/m', { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1` }),
  'OpenAI-compatible': ({ url, key }) =>
    resolveModel('openai-compatible/m', {
      OPENAI_COMPATIBLE_API_KEY: key,
      OPENAI_COMPATIBLE_BASE_URL: `${url}/v1`,
    }),
  'OpenAI Responses': ({ url, key }) => openaiResponses('gpt-5-fake', { apiKey: key, baseURL: `${url}/v1` }),
  Anthropic: ({ url, key }) =>
    resolveModel('anthropic/claude-fake', { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: `${url}/v1` }),
  Google: ({ url, key }) =>
    resolveModel('google/gemini-fake', {
      GOOGLE_GENERATIVE_AI_API_KEY: key,
      GOOGLE_BASE_URL: `${url}/v1beta`,
    }),
};

const tools = [
  { name: 'add', description: 'adds', input: z.object({ a: z.number(), b: z.number() }) },
  { name: 'noon', description: 'tells noon', input: z.object({ zone: z.string().optional() }) },
];

describe.each(Object.entries(DIALECTS))('%s', (dialect, modelFor) => {
  const deltas: string[] = [];
  async function step(
    options: { entries?: Entry[]; files?: ShownFiles; signal?: AbortSignal; key?: string } = {},
  ): Promise<StepResult> {
    deltas.length = 0;
    return streamStep({
      model: await modelFor({ url: fake.url, key: options.key ?? fake.key }),
      system: 'be brief',
      entries: options.entries ?? [user('hello')],
      ...(options.files ? { files: options.files } : {}),
      tools,
      signal: options.signal ?? new AbortController().signal,
      onText: (delta) => deltas.push(delta),
    });
  }
  const failure = (options = {}) =>
    step(options).then(
      () => expect.unreachable('the step succeeded'),
      (error) => error,
    );

  it('takes pictures and PDFs as they are, and text as words', async () => {
    const asked = user('what is this?', {
      attachments: [
        { kind: 'image', ref: '1', name: 'dot.png' },
        { kind: 'file', ref: '2', name: 'paper.pdf' },
        { kind: 'file', ref: '3', name: 'data.csv' },
      ],
    });
    const files: ShownFiles = new Map([
      [fileKey(asked, 0), { bytes: PNG, mediaType: 'image/png' }],
      [fileKey(asked, 1), { bytes: PDF, mediaType: 'application/pdf' }],
      [fileKey(asked, 2), { text: 'a,b', cut: false }],
    ]);
    await step({ entries: [asked], files });
    expect(fake.refused).toEqual([]);
    const message = fake.requests[0]?.messages.at(-1);
    expect(message?.text).toContain('what is this?\n\n[image dot.png]');
    expect(message?.text).toContain('[file data.csv]\na,b\n[end of the file]');
    expect(message?.files?.map(({ mediaType, bytes }) => [mediaType, bytes.length])).toEqual([
      ['image/png', PNG.length],
      ['application/pdf', PDF.length],
    ]);
  });

  it('streams text', async () => {
    fake.script = ({ messages }) => ({ text: `one two three: ${messages.at(-1)?.text}` });
    const result = await step();
    expect(result).toMatchObject({
      content: [{ type: 'text', text: 'one two three: hello' }],
      calls: [],
      usage: { inputTokens: 11, outputTokens: 7 },
      finishReason: 'stop',
    });
    expect(deltas.join('')).toBe('one two three: hello');
    expect(deltas.length).toBeGreaterThan(2);
    expect(fake.requests[0]).toMatchObject({
      messages: [{ role: 'system', text: 'be brief' }, { role: 'user' }],
      tools: ['add', 'noon'],
    });
  });

  it('brings parallel tool calls, and sends their results and signatures with the next step', async () => {
    fake.script = () => ({
      reasoning: 'hm',
      text: 'Let me see.',
      calls: [
        { name: 'add', input: { a: 1, b: 2 } },
        { name: 'noon', input: {} },
      ],
    });
    const { content, calls, finishReason } = await step();
    expect(finishReason).toBe('tool-calls');
    expect(calls).toMatchObject([
      { name: 'add', input: { a: 1, b: 2 } },
      { name: 'noon', input: {} },
    ]);
    expect(content).toEqual(JSON.parse(JSON.stringify(content)));
    const [first, second] = calls.map((call) => call.id) as [string, string];
    fake.script = ({ messages }) => ({
      text: `saw ${messages
        .at(-1)
        ?.toolResults?.map(({ output }) => output)
        .join()}`,
    });
    const next = await step({
      entries: [
        user('hello'),
        { kind: 'assistant', seq: 2, turn: 1, content },
        { kind: 'tool', seq: 3, turn: 1, callId: second, name: 'noon', output: '12:00', outcome: 'ok' },
        user('and more'),
        { kind: 'tool', seq: 5, turn: 1, callId: first, name: 'add', output: '3', outcome: 'ok' },
      ],
    });
    expect(fake.refused).toEqual([]);
    expect(next.content).toMatchObject([{ type: 'text' }]);
    const sent = fake.requests[1]?.messages ?? [];
    expect(sent.flatMap(({ toolResults = [] }) => toolResults.map(({ output }) => output))).toEqual([
      '3',
      '12:00',
    ]);
    const signed = dialect === 'Anthropic' || dialect === 'Google' || dialect === 'OpenAI Responses';
    expect(sent.flatMap(({ signatures = [] }) => signatures)).toEqual(signed ? ['signed:hm'] : []);
  });

  it('gives wrong arguments and unknown tools back to the model', async () => {
    fake.script = () => ({
      calls: [
        { name: 'add', input: { a: 'x' } },
        { name: 'subtract', input: { a: 1 } },
        { name: 'add', input: { a: 1, b: 1 } },
      ],
    });
    const { calls, content } = await step();
    expect(calls).toMatchObject([
      { refused: expect.stringMatching(/a: .*number.*; b: /) },
      { refused: 'There is no tool "subtract". The tools are: add, noon.' },
      { name: 'add', input: { a: 1, b: 1 } },
    ]);
    expect(content).toMatchObject([{ input: { a: 'x' } }, { input: { a: 1 } }, { input: { a: 1, b: 1 } }]);
  });

  it('gives arguments that are not JSON back to the model', async () => {
    fake.script = () => ({ calls: [{ name: 'add', input: '{"a": 1, b' }] });
    if (dialect === 'Google') {
      // Gemini reports such a call instead of sending it.
      expect(await failure()).toMatchObject({
        name: 'AnswerCutOff',
        message: expect.stringContaining('MALFORMED_FUNCTION_CALL'),
      });
      return;
    }
    const { calls, content } = await step();
    expect(calls).toMatchObject([{ refused: expect.stringContaining('not valid JSON') }]);
    expect(content).toMatchObject([{ type: 'tool-call', input: { arguments: '{"a": 1, b' } }]);
    fake.script = () => ({ text: 'sorry' });
    await step({ entries: [user('hello'), { kind: 'assistant', seq: 2, turn: 1, content }] });
    expect(fake.refused).toEqual([]);
  });

  it('refuses for good on 401', async () => {
    const error = await failure({ key: 'wrong' });
    expect(describeModelFailure(error)).toEqual({
      kind: 'refused',
      status: 401,
      message: '401: Incorrect API key provided',
    });
  });

  it('is told when to come back on 429', async () => {
    fake.script = () => ({ status: 429, headers: { 'retry-after': '7' } });
    expect(describeModelFailure(await failure())).toMatchObject({
      kind: 'unavailable',
      status: 429,
      retryAfterMs: 7000,
    });
    expect(fake.requests).toHaveLength(1);
  });

  it('calls a 500 unavailable, and does not try again by itself', async () => {
    fake.script = () => ({ status: 500 });
    expect(describeModelFailure(await failure())).toEqual({
      kind: 'unavailable',
      status: 500,
      message: '500: status 500',
    });
    expect(fake.requests).toHaveLength(1);
  });

  it('throws when the connection is cut in the middle of the text', async () => {
    fake.script = () => ({ text: 'a long answer that is never finished', cutAfter: 12 });
    expect(describeModelFailure(await failure()).kind).toBe('unavailable');
    expect(deltas.join('')).toMatch(/^a long answer/);
  });

  it('throws when the stream ends without its end', async () => {
    fake.script = () => ({ text: 'half an answer', endless: true });
    const error = await failure();
    expect(describeModelFailure(error)).toMatchObject({ kind: 'unavailable' });
    if (dialect !== 'OpenAI-compatible') expect(error).toBeInstanceOf(AnswerCutOff);
  });

  it('throws when the model says nothing', async () => {
    fake.script = () => ({});
    const error = await failure();
    expect(error).toBeInstanceOf(EmptyAnswer);
    expect(describeModelFailure(error).kind).toBe('unavailable');
  });

  it('throws when nobody listens', async () => {
    await fake.close();
    expect(describeModelFailure(await failure())).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    fake = await FakeModel.start();
  });

  it.each(['before the first word', 'mid-stream'])(
    'ends with the reason of the signal when aborted %s',
    async (when) => {
      fake.script = () =>
        when === 'mid-stream' ? { text: 'a b c d e f g h', chunkDelayMs: 200 } : { hang: true };
      const controller = new AbortController();
      const reason = new Error('stopped by the user');
      const running = failure({ signal: controller.signal });
      await expect.poll(() => fake.requests.length).toBe(1);
      if (when === 'mid-stream') await expect.poll(() => deltas.length).toBeGreaterThan(1);
      controller.abort(reason);
      expect(await running).toBe(reason);
      await expect.poll(() => fake.abandoned).toBe(1);
    },
  );
});

describe('sloppy servers', () => {
  const step = (entries: Entry[]) =>
    streamStep({
      model: createOpenAI({ apiKey: fake.key, baseURL: `${fake.url}/v1` }).chat('m'),
      entries,
      tools,
      signal: new AbortController().signal,
      onText: () => {},
    });

  it('have their repeated call ids made unique in the conversation', async () => {
    fake.script = () => ({
      calls: [
        { id: '0', name: 'noon', input: {} },
        { id: '0', name: 'noon', input: {} },
      ],
    });
    const first = await step([user('hello')]);
    expect(new Set(first.calls.map(({ id }) => id)).size).toBe(2);
    const second = await step([
      user('hello'),
      { kind: 'assistant', seq: 2, turn: 1, content: first.content },
      user('again'),
    ]);
    expect(new Set([...first.calls, ...second.calls].map(({ id }) => id)).size).toBe(4);
    expect(second.calls.map(({ id }) => id)).toEqual(
      second.content.map((part) => 'toolCallId' in part && part.toolCallId),
    );
  });
});
