import { z } from 'zod';
import { contentSchema, notTaken, type Said, textOf } from './said.ts';

const RUN_HERE = 'tools are those of the agent, which runs them itself (see holdfast.config.ts)';

const message = z.looseObject({
  role: z.enum(
    ['system', 'developer', 'user', 'assistant'],
    `must be system, developer, user or assistant: ${RUN_HERE}`,
  ),
  content: contentSchema.nullish(),
  tool_calls: notTaken(RUN_HERE),
  function_call: notTaken(RUN_HERE),
  audio: notTaken('only text is'),
});

/** `POST /v1/chat/completions`. What is not named here (`temperature`, `max_tokens`, `metadata`, …) is ignored. */
export const chatRequestSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1, 'must have a message'),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1, 'must be 1: a turn has one reply').nullish(),
  tools: notTaken(RUN_HERE),
  functions: notTaken(RUN_HERE),
  tool_choice: z.enum(['auto', 'none'], `must be auto or none: ${RUN_HERE}`).nullish(),
  response_format: z
    .looseObject({ type: z.literal('text', 'must be text: ask for another form in the message') })
    .nullish(),
  modalities: z.array(z.literal('text', 'must be text')).nullish(),
  audio: notTaken('only text is'),
  logprobs: notTaken('the agent does not tell them'),
  stop: notTaken('the agent says all it has to say'),
  web_search_options: notTaken(RUN_HERE),
});

export type ChatRequest = z.output<typeof chatRequestSchema>;

export function saidInChat({ messages }: Pick<ChatRequest, 'messages'>): Said[] {
  return messages.map(({ role, content }) => ({
    role: role === 'developer' ? 'system' : role,
    text: textOf(content ?? ''),
  }));
}
