import { APICallError, StreamProviderError } from 'ai';
import { describe, expect, it } from 'vitest';
import { AnswerCutOff, describeModelFailure, EmptyAnswer } from '../../models/model-failure.ts';
import { ModelNotConfigured } from '../../models/resolve-model.ts';

function answered(
  statusCode: number | undefined,
  more: { message?: string; headers?: Record<string, string>; body?: string } = {},
) {
  return new APICallError({
    message: more.message ?? 'no',
    url: 'https://api.example/v1?key=AIzaSecretSecretSecret',
    requestBodyValues: { prompt: 'private words' },
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(more.headers ? { responseHeaders: more.headers } : {}),
    ...(more.body ? { responseBody: more.body } : {}),
  });
}

describe('describeModelFailure', () => {
  it.each([400, 401, 402, 403, 404, 405, 413, 422])('%i is refused', (status) => {
    expect(describeModelFailure(answered(status))).toEqual({
      kind: 'refused',
      status,
      message: `${status}: no`,
    });
  });

  it.each([200, 408, 409, 425, 429, 500, 502, 503, 504, 529])('%i is unavailable', (status) => {
    expect(describeModelFailure(answered(status)).kind).toBe('unavailable');
  });

  it.each([
    [400, "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000"],
    [
      400,
      'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens.',
    ],
    [400, 'Your input exceeds the context window of this model. Please adjust your input and try again.'],
    [400, 'prompt is too long: 208310 tokens > 200000 maximum'],
    [413, 'Request too large'],
    [413, 'request_too_large: Request exceeds the maximum size'],
    [400, 'The input token count (1189923) exceeds the maximum number of tokens allowed (1048575).'],
    [400, 'the request exceeds the available context size. try increasing the context size'],
    [400, 'Requested token count exceeds the model maximum context length of 8192 tokens'],
  ])('%i "%s" says that the request is too long', (status, message) => {
    expect(describeModelFailure(answered(status, { message }))).toMatchObject({
      kind: 'refused',
      tooLong: true,
    });
  });

  it.each([
    [400, 'max_tokens is too large: 99999'],
    [400, "Invalid parameter: 'messages' must not be empty"],
    [400, 'image exceeds 5 MB maximum'],
    [429, 'Request too large for gpt-4o on tokens per min (TPM)'],
    [503, 'context length server overloaded'],
  ])('%i "%s" does not', (status, message) => {
    expect(describeModelFailure(answered(status, { message }))).not.toHaveProperty('tooLong');
  });

  it('429 for want of credit is refused', () => {
    const body = JSON.stringify({ error: { code: 'insufficient_quota', message: 'pay' } });
    expect(describeModelFailure(answered(429, { body })).kind).toBe('refused');
  });

  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    [{ 'retry-after': new Date(Date.now() - 5000).toUTCString() }, 0],
    [{ 'retry-after': 'soon' }, undefined],
  ])('reads the delay of %o', (headers, delay) => {
    expect(describeModelFailure(answered(429, { headers })).retryAfterMs).toBe(delay);
  });

  it('reads a delay given as a date', () => {
    const headers = { 'retry-after': new Date(Date.now() + 60_000).toUTCString() };
    const { retryAfterMs = 0 } = describeModelFailure(answered(503, { headers }));
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['no connection', answered(undefined, { message: 'Cannot connect to API: connect ECONNREFUSED' })],
    ['a cut connection', new TypeError('terminated')],
    ['an abort', AbortSignal.abort().reason],
    ['half an answer', new AnswerCutOff()],
    ['an empty answer', new EmptyAnswer('stop')],
    ['an overload told mid-stream', new StreamProviderError({ message: 'Overloaded', statusCode: 529 })],
    ['anything', 'what?'],
  ])('%s is unavailable', (_what, error) => {
    expect(describeModelFailure(error).kind).toBe('unavailable');
  });

  it.each([
    ['a model that is not configured', new ModelNotConfigured('OPENAI_API_KEY is not set')],
    ['an answer withheld by a filter', new EmptyAnswer('content-filter')],
    ['a key refused mid-stream', new StreamProviderError({ message: 'bad key', statusCode: 401 })],
  ])('%s is refused', (_what, error) => {
    expect(describeModelFailure(error).kind).toBe('refused');
  });

  it.each([
    ['Incorrect API key provided: sk-proj-abc123***xyz. See https://x', 'sk-proj'],
    ['bad header Authorization: Bearer abcdef123456', 'abcdef'],
    ['{"x-api-key": "verysecret99"}', 'verysecret99'],
    ['API key AIzaSyA1234567890 not valid', 'AIzaSy'],
    ['connect https://me:hunter2@proxy.example', 'hunter2'],
  ])('keeps secrets out of the message: %s', (message, secret) => {
    const described = describeModelFailure(answered(401, { message }));
    expect(JSON.stringify(described)).not.toContain(secret);
    expect(described.message).toMatch(/^401: .+\[hidden\]/);
  });

  it('leaves the names of models readable, and cuts long messages', () => {
    const named = answered(404, { message: 'model claude-sonnet-4-5-20250929 does not exist' });
    expect(describeModelFailure(named).message).toBe('404: model claude-sonnet-4-5-20250929 does not exist');
    expect(describeModelFailure(answered(400, { message: 'x'.repeat(5000) })).message).toHaveLength(300);
  });
});
