import { z } from 'zod';
import type { ConversationView } from '../../contract/signals.ts';
import type { ListedConversation } from '../listed-conversation.ts';
import type { TakenMessage } from '../take-message.ts';
import { approvalSchema, entrySchema, replySchema, senderSchema, usageSchema } from './transcript-schemas.ts';

const status = z.enum(['idle', 'running', 'awaiting-approval']);
const conversation = z.string().meta({ description: 'Workflow id, `{platform}/{conversation}`.' });

export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .meta({ id: 'Error' });

export const listSchema = z.object({
  conversations: z.array(
    z
      .object({
        conversation,
        platform: z.string(),
        status: z.string(),
        turns: z.int(),
        started: z.iso.datetime().meta({ description: 'When its present run began.' }),
        senders: z
          .array(senderSchema)
          .meta({ description: 'Who wrote there, the latest last; nobody by the HTTP API.' }),
      })
      .meta({ id: 'ListedConversation' }) satisfies z.ZodType<ListedConversation>,
  ),
});

export const takenSchema = z
  .object({
    conversation,
    message: z.string().meta({ description: 'Its id.' }),
    duplicate: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether it was there before; null when no worker could tell in time.' }),
  })
  .meta({ id: 'TakenMessage' }) satisfies z.ZodType<TakenMessage>;

export const answeredSchema = z
  .object({ ...takenSchema.shape, reply: replySchema })
  .meta({ id: 'AnsweredMessage' });

const state = {
  status,
  turns: z.int(),
  seq: z.int().meta({ description: 'Of the newest entry.' }),
  waiting: z.int().meta({ description: 'Messages that wait for their turn.' }),
  running: z.array(z.object({ callId: z.string(), name: z.string() })),
  writing: z
    .object({ turn: z.int(), step: z.int() })
    .exactOptional()
    .meta({ description: 'The step that the model is writing.' }),
  usage: usageSchema,
  usageByDay: z.record(z.string(), usageSchema).meta({ description: 'By UTC day, the last 31.' }),
  approvals: z.array(approvalSchema),
  tasks: z.array(
    z.object({ id: z.string(), task: z.string(), agent: z.string().exactOptional(), since: z.number() }),
  ),
  runBefore: z.string().exactOptional(),
};

export const conversationSchema = z
  .object({
    conversation,
    ...state,
    transcript: z.array(entrySchema),
    links: z.object({
      temporal: z.string().exactOptional().meta({ description: "The conversation in Temporal's UI." }),
    }),
  })
  .meta({ id: 'Conversation' });

export const approvalsSchema = z.object({
  approvals: z.array(
    z.object({ conversation, ...approvalSchema.shape }).meta({ id: 'ApprovalOfConversation' }),
  ),
});

// What a conversation says of itself is told whole.
z.object(state) satisfies z.ZodType<Omit<ConversationView, 'entries'>>;
