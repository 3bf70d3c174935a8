import { z } from 'zod';

const user = z.object({
  name: z.string(),
  displayName: z.string().optional(),
  type: z.string().optional(),
});

const space = z.object({
  name: z.string().regex(/^spaces\/[^/]+$/, 'must be spaces/{space}'),
  /** In older events: `DM` or `ROOM`. */
  type: z.string().optional(),
  spaceType: z.string().optional(),
  spaceThreadingState: z.string().optional(),
});

const thread = z.object({ name: z.string().regex(/^spaces\/[^/]+\/threads\/[^/]+$/) });

const attachment = z.object({
  contentName: z.string().optional(),
  contentType: z.string().optional(),
  attachmentDataRef: z.object({ resourceName: z.string().optional() }).optional(),
  driveDataRef: z.object({ driveFileId: z.string().optional() }).optional(),
});

const annotation = z.object({
  slashCommand: z.object({ commandName: z.string().optional() }).optional(),
});

const message = z.object({
  name: z.string().regex(/^spaces\/[^/]+\/messages\/[^/]+$/, 'must be spaces/{space}/messages/{message}'),
  createTime: z.string().optional(),
  sender: user.optional(),
  text: z.string().optional(),
  /** Without the mention of the app, and without its command. */
  argumentText: z.string().optional(),
  thread: thread.optional(),
  space: space.optional(),
  annotations: z.array(annotation).optional(),
  attachment: z.array(attachment).optional(),
  attachedGifs: z.array(z.object({ uri: z.string().optional() })).optional(),
  quotedMessageMetadata: z
    .object({ quotedMessageSnapshot: z.object({ text: z.string().optional() }).optional() })
    .optional(),
});

const command = z.object({ appCommandId: z.union([z.number(), z.string()]).optional() });
const parameters = z.record(z.string(), z.string());
const payload = z.object({
  space: space.optional(),
  message: message.optional(),
  thread: thread.optional(),
  appCommandMetadata: command.optional(),
});

/** What we read of an interaction event: the Chat API's own form, or an add-on's with all of it under `chat`. */
export const event = z
  .object({
    type: z.string().optional(),
    eventTime: z.string().optional(),
    user: user.optional(),
    space: space.optional(),
    thread: thread.optional(),
    message: message.optional(),
    appCommandMetadata: command.optional(),
    /** Of a pressed button: in `common` as an object, in older events only here as a list. */
    action: z
      .object({ parameters: z.array(z.object({ key: z.string(), value: z.string() })).optional() })
      .optional(),
    common: z.object({ parameters: parameters.optional() }).optional(),
    commonEventObject: z.object({ parameters: parameters.optional() }).optional(),
    chat: z
      .object({
        user: user.optional(),
        eventTime: z.string().optional(),
        messagePayload: payload.optional(),
        buttonClickedPayload: payload.optional(),
        appCommandPayload: payload.optional(),
      })
      .optional(),
  })
  .refine(({ type, chat }) => type !== undefined || chat !== undefined, {
    path: ['type'],
    message: 'is missing',
  });

export type ChatEvent = z.output<typeof event>;
export type ChatMessage = z.output<typeof message>;
export type ChatSpace = z.output<typeof space>;
export type ChatUser = z.output<typeof user>;
