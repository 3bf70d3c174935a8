import { z } from 'zod';

/** What the answers say beyond OpenAI's form. */
const holdfast = z
  .object({ conversation: z.string(), message: z.string(), turn: z.int(), status: z.string() })
  .meta({ id: 'AnsweredTurn' });

const head = { id: z.string(), created: z.int(), model: z.string() };

export const completionSchema = z
  .object({
    ...head,
    object: z.literal('chat.completion'),
    choices: z.array(
      z.object({
        index: z.literal(0),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string(),
          refusal: z.null(),
          reasoning_content: z
            .string()
            .optional()
            .meta({ description: 'What tools did, if it is to be shown.' }),
        }),
        finish_reason: z.literal('stop'),
        logprobs: z.null(),
      }),
    ),
    usage: z.object({
      prompt_tokens: z.int(),
      completion_tokens: z.int(),
      total_tokens: z.int(),
      prompt_tokens_details: z.object({ cached_tokens: z.int() }),
    }),
    holdfast,
  })
  .meta({ id: 'ChatCompletion' });

const message = z.object({
  id: z.string(),
  type: z.literal('message'),
  status: z.literal('completed'),
  role: z.literal('assistant'),
  content: z.array(
    z.object({
      type: z.literal('output_text'),
      text: z.string(),
      annotations: z.array(z.never()),
      logprobs: z.array(z.never()),
    }),
  ),
});
const reasoning = z.object({
  id: z.string(),
  type: z.literal('reasoning'),
  status: z.literal('completed'),
  summary: z.array(z.object({ type: z.literal('summary_text'), text: z.string() })),
});

export const responseSchema = z
  .looseObject({
    id: z.string(),
    object: z.literal('response'),
    created_at: z.int(),
    status: z.literal('completed'),
    model: z.string(),
    output: z.array(z.discriminatedUnion('type', [message, reasoning])),
    previous_response_id: z.string().nullable(),
    conversation: z.object({ id: z.string() }),
    usage: z.object({
      input_tokens: z.int(),
      input_tokens_details: z.object({ cached_tokens: z.int() }),
      output_tokens: z.int(),
      output_tokens_details: z.object({ reasoning_tokens: z.int() }),
      total_tokens: z.int(),
    }),
    holdfast,
  })
  .meta({ id: 'Response' });

export const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.int(),
    owned_by: z.literal('holdfast'),
  })
  .meta({ id: 'Model', description: 'An agent.' });

export const modelsSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) });

export const openAiErrorSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      type: z.enum(['invalid_request_error', 'server_error']),
      param: z.string().nullable(),
    }),
  })
  .meta({ id: 'OpenAiError' });
