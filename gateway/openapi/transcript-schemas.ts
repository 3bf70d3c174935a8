import { z } from 'zod';
import type { PendingApproval } from '../../contract/approval.ts';
import type { Button, OutgoingFile } from '../../contract/delivery.ts';
import type { Json } from '../../contract/json.ts';
import type { Attachment, Internal } from '../../contract/message.ts';
import type { Usage } from '../../contract/model-step.ts';
import type { AssistantPart, Entry } from '../../contract/transcript.ts';

const MILLISECONDS = 'In ms since the epoch.';

const json = z.unknown() as z.ZodType<Json>;
const time = z.number().meta({ description: MILLISECONDS });

export const usageSchema = z
  .object({
    inputTokens: z.number().meta({ description: 'All of them, cached ones included.' }),
    outputTokens: z.number(),
    cachedInputTokens: z.number().exactOptional(),
    cost: z.number().exactOptional().meta({ description: 'US dollars, by the prices of the config.' }),
    costIsPartial: z.literal(true).exactOptional(),
  })
  .meta({ id: 'Usage' }) satisfies z.ZodType<Usage>;

const buttonSchema = z.object({ label: z.string(), value: z.string() }).meta({
  id: 'Button',
  description: 'To press it is to send its value as a message.',
}) satisfies z.ZodType<Button>;

const fileSchema = z
  .object({
    name: z.string(),
    mediaType: z.string(),
    url: z.string().meta({ description: '`https:`; or `data:`, emptied once the conversation has gone on.' }),
  })
  .meta({ id: 'File' }) satisfies z.ZodType<OutgoingFile>;

export const senderSchema = z
  .object({ id: z.string(), name: z.string().exactOptional() })
  .meta({ id: 'Sender' });

const place = z.object({ platform: z.string(), conversation: z.string() }).meta({ id: 'Place' });

const attachment = z
  .object({
    kind: z.enum(['image', 'audio', 'video', 'file']),
    ref: z.string(),
    mediaType: z.string().exactOptional(),
    name: z.string().exactOptional(),
    bytes: z.number().exactOptional(),
  })
  .meta({ id: 'Attachment' }) satisfies z.ZodType<Attachment>;

const due = {
  id: z.string(),
  dueAt: time,
  when: z.string(),
  several: z.object({ times: z.number(), since: time, sinceWhen: z.string() }).exactOptional(),
  late: z.string().exactOptional(),
};

const internal = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('notice'), due: z.object(due).exactOptional() }),
    z.object({ kind: z.literal('schedule'), ...due }),
    z.object({
      kind: z.literal('task'),
      id: z.string(),
      unknown: z.array(z.string()).exactOptional(),
      files: z.array(fileSchema).exactOptional(),
      buttons: z.array(buttonSchema).exactOptional(),
    }),
  ])
  .meta({
    id: 'Internal',
    description: 'It was not written by a person, but put there.',
  }) satisfies z.ZodType<Internal>;

const providerOptions = z.record(z.string(), z.record(z.string(), json)).exactOptional();
const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), providerOptions }),
  z.object({ type: z.literal('reasoning'), text: z.string(), providerOptions }),
  z.object({
    type: z.literal('tool-call'),
    toolCallId: z.string(),
    toolName: z.string(),
    input: json,
    providerOptions,
  }),
]) satisfies z.ZodType<AssistantPart>;

export const approvalSchema = z
  .object({
    id: z.string(),
    tool: z.string(),
    shown: z.string().meta({ description: 'The call in markdown, secrets masked.' }),
    scope: z
      .string()
      .meta({ description: 'What allowing it for longer covers; all calls of the tool if it is empty.' }),
    expiresAt: time,
    task: z.string().exactOptional().meta({ description: 'The task that asks, if not the turn itself.' }),
  })
  .meta({ id: 'PendingApproval' }) satisfies z.ZodType<PendingApproval>;

const base = {
  seq: z
    .int()
    .meta({ description: 'Rises by one with each entry of the conversation: the cursor of its events.' }),
  turn: z.int(),
};
const leftOut = z.literal(true).exactOptional();
const answers = z.array(z.string()).meta({ description: 'Ids of the messages that it answers.' });

const reply = {
  ...base,
  status: z.enum(['answered', 'failed', 'stopped', 'interrupted', 'command']),
  text: z.string(),
  answers,
  buttons: z.array(buttonSchema).exactOptional(),
  files: z.array(fileSchema).exactOptional(),
  usage: usageSchema.exactOptional(),
};
/** A reply as `?wait` answers with it. */
export const replySchema = z.object(reply).meta({ id: 'Reply' });

/** What a conversation went through, in order. */
export const entrySchema = z
  .discriminatedUnion('kind', [
    z
      .object({
        ...base,
        kind: z.literal('user'),
        id: z.string(),
        messageId: z.string().exactOptional(),
        text: z.string(),
        sender: senderSchema.exactOptional(),
        edited: z.literal(true).exactOptional(),
        attachments: z.array(attachment).exactOptional(),
        transcripts: z
          .array(z.union([z.object({ text: z.string() }), z.object({ reason: z.string() })]))
          .exactOptional(),
        quote: z.string().exactOptional(),
        internal: internal.exactOptional(),
        place: place.exactOptional(),
        after: z.string().exactOptional(),
        command: z.literal(true).exactOptional(),
        refused: z.enum(['stranger', 'paced', 'unavailable', 'unpaired', 'crowded', 'limit']).exactOptional(),
        leftOut,
        at: time,
      })
      .meta({ id: 'UserEntry' }),
    z
      .object({ ...base, kind: z.literal('assistant'), content: z.array(part) })
      .meta({ id: 'AssistantEntry' }),
    z
      .object({
        ...base,
        kind: z.literal('tool'),
        callId: z.string(),
        name: z.string(),
        output: z.string(),
        outcome: z.enum(['ok', 'error', 'unknown', 'cancelled', 'denied']),
        leftOut,
      })
      .meta({ id: 'ToolEntry' }),
    z
      .object({
        ...base,
        ...approvalSchema.shape,
        kind: z.literal('approval'),
        text: z.string(),
        buttons: z.array(buttonSchema),
        answers,
        at: time,
      })
      .meta({ id: 'ApprovalEntry' }),
    z
      .object({
        ...base,
        kind: z.literal('decision'),
        id: z.string(),
        outcome: z.enum(['approved', 'denied', 'expired', 'cancelled']),
        reach: z.enum(['once', 'conversation', 'always']).exactOptional(),
        by: z.string().exactOptional(),
        at: time,
      })
      .meta({ id: 'DecisionEntry' }),
    z
      .object({
        ...base,
        kind: z.literal('summary'),
        text: z.string(),
        upTo: z.int(),
        upToTurn: z.int(),
        at: time,
      })
      .meta({ id: 'SummaryEntry' }),
    z.object({ ...reply, kind: z.literal('reply'), at: time }).meta({ id: 'ReplyEntry' }),
  ])
  .meta({ id: 'Entry' }) satisfies z.ZodType<Entry>;
