import { z } from 'zod';
import { contentSchema, notTaken, type Said, textOf } from './said.ts';

const RUN_HERE = 'tools are those of the agent, which runs them itself (see holdfast.config.ts)';

const message = z.looseObject({
  type: z.literal('message').optional(),
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: contentSchema,
});
/** A client that sends back what it got may send this; the conversation has it. */
const reasoning = z.looseObject({ type: z.literal('reasoning') });
const item = z.union([message, reasoning], `must be a message: ${RUN_HERE}, and only text is taken`);

/** `POST /v1/responses`. What is not named here (`temperature`, `store`, `metadata`, …) is ignored. */
export const responsesRequestSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(item).min(1, 'must have a message')]),
  instructions: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  conversation: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  stream: z.boolean().nullish(),
  background: notTaken('leave it out, and repeat the request with the same idempotency-key if it is cut'),
  tools: notTaken(RUN_HERE),
  tool_choice: z.enum(['auto', 'none'], `must be auto or none: ${RUN_HERE}`).nullish(),
  text: z
    .looseObject({
      format: z
        .looseObject({ type: z.literal('text', 'must be text: ask for another form in the message') })
        .nullish(),
    })
    .nullish(),
  prompt: notTaken('prompts are in holdfast.config.ts'),
  top_logprobs: notTaken('the agent does not tell them'),
});

export type ResponsesRequest = z.output<typeof responsesRequestSchema>;

export function saidInInput({
  input,
  instructions,
}: Pick<ResponsesRequest, 'input' | 'instructions'>): Said[] {
  const first: Said[] = instructions ? [{ role: 'system', text: instructions }] : [];
  if (typeof input === 'string') return [...first, { role: 'user', text: input }];
  const said = input.flatMap((one): Said[] => {
    if (!('role' in one)) return [];
    const { role, content } = one as z.output<typeof message>;
    return [{ role: role === 'developer' ? 'system' : role, text: textOf(content) }];
  });
  return [...first, ...said];
}
