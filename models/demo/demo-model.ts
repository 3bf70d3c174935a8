import { setTimeout as delay } from 'node:timers/promises';
import type { LanguageModel } from 'ai';
import { type DemoAnswer, demoAnswer } from './demo-answer.ts';
import { isSummaryTask } from './demo-summary.ts';

type LanguageModelV4 = Extract<LanguageModel, { specificationVersion: 'v4' }>;
type CallOptions = Parameters<LanguageModelV4['doStream']>[0];
type StreamPart =
  Awaited<ReturnType<LanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer Part>
    ? Part
    : never;

/**
 * The offline model: a few rules, no key, no network. It says what it is, streams word by word, calls the tools it is
 * offered and words their results, so that everything around it is real.
 */
export function createDemoModel({ wordDelayMs = 25 } = {}): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'holdfast',
    modelId: 'demo',
    supportedUrls: {},
    async doGenerate(options) {
      const answer = demoAnswer(options);
      const content = answer.text ? [{ type: 'text' as const, text: answer.text }] : [];
      return { content: [...content, ...answer.calls], ...ending(options, answer), warnings: [] };
    },
    async doStream(options) {
      const parts = stream(options, wordDelayMs);
      return { stream: ReadableStream.from<StreamPart>(parts) };
    },
  };
}

async function* stream(options: CallOptions, wordDelayMs: number): AsyncGenerator<StreamPart> {
  const answer = demoAnswer(options);
  yield { type: 'stream-start', warnings: [] };
  if (answer.text) {
    yield { type: 'text-start', id: 'text' };
    // Nobody watches a summary being written.
    const words = isSummaryTask(options.prompt) ? [answer.text] : answer.text.match(/\s*\S+\s*$|\s*\S+/g);
    for (const word of words ?? []) {
      await delay(wordDelayMs, undefined, options.abortSignal ? { signal: options.abortSignal } : {});
      yield { type: 'text-delta', id: 'text', delta: word };
    }
    yield { type: 'text-end', id: 'text' };
  }
  yield* answer.calls;
  yield { type: 'finish', ...ending(options, answer) };
}

/** Usage is estimated at four characters a token. */
function ending({ prompt }: CallOptions, { text, calls }: DemoAnswer) {
  const raw = calls.length > 0 ? ('tool-calls' as const) : ('stop' as const);
  const input = Math.ceil(JSON.stringify(prompt).length / 4);
  const output = Math.ceil((text.length + JSON.stringify(calls).length) / 4);
  return {
    finishReason: { unified: raw, raw },
    usage: {
      inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: output, text: output, reasoning: 0 },
    },
  };
}
