import { describe, expect, it } from 'vitest';
import { ModelNotConfigured, resolveModel } from '../../models/resolve-model.ts';

describe('resolveModel', () => {
  it.each([
    ['openai/m', {}, 'OPENAI_API_KEY'],
    ['openai/m', { OPENAI_API_KEY: '' }, 'OPENAI_API_KEY'],
    ['anthropic/m', {}, 'ANTHROPIC_API_KEY'],
    ['google/m', {}, 'GOOGLE_GENERATIVE_AI_API_KEY'],
    ['openai-compatible/m', { OPENAI_COMPATIBLE_API_KEY: 'k' }, 'OPENAI_COMPATIBLE_BASE_URL'],
    ['gpt-5', {}, 'HOLDFAST_MODEL'],
    ['openai/', { OPENAI_API_KEY: 'k' }, 'HOLDFAST_MODEL'],
    ['constructor/m', {}, 'HOLDFAST_MODEL'],
    ['', {}, 'HOLDFAST_MODEL'],
  ])('%s with %o is refused, naming %s', async (name, environment, variable) => {
    const error: unknown = await resolveModel(name, environment).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelNotConfigured);
    expect((error as Error).message).toContain(variable);
  });

  it.each([
    ['openai/gpt-5', { OPENAI_API_KEY: 'k' }, { provider: 'openai.responses', modelId: 'gpt-5' }],
    [
      'openai/x',
      { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://h/v1' },
      { provider: 'openai.chat', modelId: 'x' },
    ],
    ['anthropic/c', { ANTHROPIC_API_KEY: 'k' }, { modelId: 'c' }],
    ['google/g', { GOOGLE_GENERATIVE_AI_API_KEY: 'k' }, { modelId: 'g' }],
    ['openai-compatible/org/m:1', { OPENAI_BASE_URL: 'http://h/v1' }, { modelId: 'org/m:1' }],
    ['demo', {}, { provider: 'holdfast', modelId: 'demo' }],
  ])('%s is found', async (name, environment, found) => {
    expect(await resolveModel(name, environment)).toMatchObject(found);
  });
});
