import {
  asSchema,
  isStepCount,
  jsonSchema,
  type LanguageModel,
  type Schema,
  streamText,
  type TextStreamPart,
  type ToolSet,
  tool,
} from 'ai';
import type { z } from 'zod';
import type { Json } from '../contract/json.ts';
import type { Usage } from '../contract/model-step.ts';
import { type AssistantPart, type Entry, textOf } from '../contract/transcript.ts';
import { AnswerTooLong } from './answer-fetch.ts';
import { AnswerCutOff, EmptyAnswer } from './model-failure.ts';
import type { ShownFiles } from './shown-files.ts';
import { type ReceivedCall, StepContent } from './step-content.ts';
import { toMessages } from './to-messages.ts';

// The SDK would print a line for each setting that a model does not know, with every call.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** A tool as the model sees it. */
interface ModelTool {
  name: string;
  description: string;
  /** What arguments are checked by; also what the model sees of them, unless there is a JSON Schema for that. */
  input: z.ZodType;
  inputJsonSchema?: Record<string, unknown>;
}

export interface StepRequest {
  model: LanguageModel;
  system?: string | undefined;
  entries: Entry[];
  /** Attachments that are at hand. */
  files?: ShownFiles;
  tools: readonly ModelTool[];
  signal: AbortSignal;
  /** Text to show, as it arrives; together the deltas are the text of the step. */
  onText(delta: string): void;
}

/** A tool call to be run, with its arguments as the model wrote them, or what the model is told instead. */
type StepCall = { id: string; name: string; input: Json } | { id: string; refused: string };

/** What one model call brought; nothing but JSON. */
export interface StepResult {
  content: AssistantPart[];
  /** One for each tool call in `content`, in order. */
  calls: StepCall[];
  usage: Usage;
  /** `stop`, `length`, `content-filter`, `tool-calls` or `other`. */
  finishReason: string;
}

/** Longest time before the first word: some models think long, and say nothing of it. */
const FIRST_WORD_MS = 480_000;
/** Longest silence after it. */
const SILENCE_MS = 180_000;

/** Longest answer, in bytes of text, thought and arguments: what is said is carried in the conversation from then on. */
const MOST_BYTES = 500_000;

type FinishStep = Extract<TextStreamPart<ToolSet>, { type: 'finish-step' }>;

/**
 * One model call, streamed. Throws the provider's own error (see `describeModelFailure`), {@link AnswerCutOff} when the
 * stream ends without its end or falls silent, {@link AnswerTooLong}, {@link EmptyAnswer}, or the signal's reason: never a half answer.
 */
export async function streamStep({
  model,
  system,
  entries,
  files,
  tools,
  signal,
  onText,
}: StepRequest): Promise<StepResult> {
  const ended = new AbortController();
  const { stream } = streamText({
    model,
    ...(system ? { instructions: system } : {}),
    messages: toMessages(entries, files),
    ...(tools.length > 0 ? { tools: await toolSet(tools) } : {}),
    maxRetries: 0,
    stopWhen: isStepCount(1),
    abortSignal: AbortSignal.any([signal, ended.signal]),
    timeout: { firstChunkMs: FIRST_WORD_MS, chunkMs: SILENCE_MS },
    // Errors are thrown from the stream below; the default would print them as well.
    onError: () => {},
  });
  const content = new StepContent(usedCallIds(entries));
  let end: FinishStep | undefined;
  let bytes = 0;
  try {
    for await (const part of stream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'abort') throw signal.aborted ? signal.reason : new AnswerCutOff('silence');
      bytes += Buffer.byteLength(deltaOf(part));
      if (bytes > MOST_BYTES) throw new AnswerTooLong(MOST_BYTES);
      if (part.type === 'text-delta') onText(part.text);
      if (part.type === 'finish-step') end = part;
      content.add(part);
    }
  } finally {
    // One that is not read to its end would go on.
    ended.abort();
  }
  signal.throwIfAborted();
  const { finishReason, usage } = completed(end);
  const { parts, calls } = content;
  if (calls.length === 0 && textOf(parts) === '') throw new EmptyAnswer(finishReason);
  const checkedCalls = await Promise.all(calls.map((call) => checked(call, tools)));
  return { content: parts, calls: checkedCalls, usage: usageOf(usage), finishReason };
}

function deltaOf(part: TextStreamPart<ToolSet>): string {
  if (part.type === 'tool-input-delta') return part.delta;
  return part.type === 'text-delta' || part.type === 'reasoning-delta' ? part.text : '';
}

/** The tools without `execute`, and without zod's own checks: those are ours, so that the model's JSON stays as it is. */
async function toolSet(tools: readonly ModelTool[]): Promise<ToolSet> {
  const entries = tools.map(async (one): Promise<[string, ToolSet[string]]> => {
    const { name, description, input, inputJsonSchema } = one;
    return [
      name,
      tool({ description, inputSchema: jsonSchema(inputJsonSchema ?? (await schemaOf(input).jsonSchema)) }),
    ];
  });
  return Object.fromEntries(await Promise.all(entries));
}

const schemas = new WeakMap<z.ZodType, Schema>();

/** One for each input, and it keeps its JSON Schema: to make those of a dozen tools takes longer than all else a model call costs here. */
function schemaOf(input: z.ZodType): Schema {
  const schema = schemas.get(input) ?? asSchema(input);
  schemas.set(input, schema);
  return schema;
}

async function checked(
  { id, name, input, invalid }: ReceivedCall,
  tools: readonly ModelTool[],
): Promise<StepCall> {
  const known = tools.find((candidate) => candidate.name === name);
  if (!known) {
    const names = tools.map((candidate) => candidate.name).join(', ');
    return {
      id,
      refused: `There is no tool "${name.slice(0, 64)}". ${names ? `The tools are: ${names}.` : 'There are no tools.'}`,
    };
  }
  if (invalid)
    return { id, refused: `The arguments of ${name} are not valid JSON; call it again with valid JSON.` };
  const { error } = await known.input.safeParseAsync(input);
  if (!error) return { id, name, input };
  const issues = error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  return {
    id,
    refused: `The arguments of ${name} are wrong: ${issues.join('; ')}. Call it again with right ones.`,
  };
}

function usedCallIds(entries: Entry[]): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'assistant'
      ? entry.content.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []))
      : [],
  );
}

/** The end of the step if it is a real one; some dialects have no word of their own for a stream that simply ended. */
function completed(end: FinishStep | undefined): FinishStep {
  const stopped = end?.finishReason === 'other' && end.rawFinishReason === undefined;
  if (!end || stopped || end.finishReason === 'interrupted' || end.finishReason === 'error')
    throw new AnswerCutOff(end?.rawFinishReason);
  return end;
}

function usageOf({ inputTokens = 0, outputTokens = 0, inputTokenDetails }: FinishStep['usage']): Usage {
  const { cacheReadTokens } = inputTokenDetails;
  return {
    inputTokens,
    outputTokens,
    ...(cacheReadTokens === undefined ? {} : { cachedInputTokens: cacheReadTokens }),
  };
}
