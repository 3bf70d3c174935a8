import { describe, expect, it } from 'vitest';
import { isCrowded } from '../../activities/crowded.ts';
import type { Entry } from '../../contract/transcript.ts';
import { user } from '../models/entries.ts';
import { oneAgent } from './one-agent.ts';

const agent = { ...oneAgent().get(), models: ['openai/a', 'anthropic/b'] };
const few: Entry[] = [user('hello')];
const counted = (inputTokens: number, outputTokens = 0) => ({ inputTokens, outputTokens });

describe('whether a transcript is crowded', () => {
  it('is by the model’s own count, against its share of the window', () => {
    expect(isCrowded(agent, { entries: few }, counted(89_000, 500))).toBe(false);
    expect(isCrowded(agent, { entries: few }, counted(89_000, 1_000))).toBe(true);
  });

  it('is by the window of the model that answered, if the config names none', () => {
    expect(isCrowded(agent, { entries: few, model: 'anthropic/b' }, counted(120_000))).toBe(false);
    expect(isCrowded({ ...agent, contextWindow: 10_000 }, { entries: few }, counted(6_900))).toBe(false);
    expect(isCrowded({ ...agent, contextWindow: 10_000 }, { entries: few }, counted(7_100))).toBe(true);
    expect(isCrowded({ ...agent, compactAt: 0.5 }, { entries: few }, counted(65_000))).toBe(true);
  });

  it('is by its size where the server does not count', () => {
    const entries = [user('x'.repeat(30_000))];
    const small = { ...agent, contextWindow: 10_000 };
    expect(isCrowded(small, { entries: few }, counted(0))).toBe(false);
    expect(isCrowded(small, { entries }, counted(0))).toBe(true);
  });

  it('is whatever the window, once it is larger than what is carried from run to run', () => {
    const entries = Array.from({ length: 10 }, () => user('x'.repeat(60_000)));
    expect(isCrowded({ ...agent, contextWindow: 1_000_000 }, { entries }, counted(150_000))).toBe(true);
  });
});
