import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  type ConversationId,
  InvalidConversationId,
  parseConversationId,
  workflowIdOf,
} from '../contract/conversation-id.ts';
import { type InboundMessage, MAX_EVENT_ID, MAX_TEXT_BYTES } from '../contract/message.ts';
import { PERSON } from '../contract/place.ts';
import { HttpError } from './errors.ts';
import { type EventStreamDependencies, streamEvents } from './event-stream.ts';
import { outside } from './events.ts';
import { noPlatform, type PlatformDependencies } from './no-platform.ts';
import { waitForReply } from './wait-for-reply.ts';

export interface ApiDependencies extends EventStreamDependencies, PlatformDependencies {
  /** Where workers push live deltas for this gateway. */
  gatewayUrl: string;
  /** Link to a conversation in Temporal's UI. */
  temporalLink(workflowId: string): string | undefined;
}

/** Longest `?wait`, in seconds. */
const LONGEST_WAIT = 300;

const messageSchema = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(MAX_EVENT_ID)
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not have control characters')
    .optional(),
  text: z.string().refine((text) => text.trim() !== '', 'must not be empty'),
});
const filterSchema = z.object({
  platform: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'must be a platform name')
    .optional(),
  status: z.enum(['idle', 'running', 'awaiting-approval']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const waitSchema = z.coerce.number().min(0).max(LONGEST_WAIT).default(0);
const cursorSchema = z.coerce.number().int().min(0).default(0);

/** The HTTP API, to be mounted at `/v1`. */
export function createApi(dependencies: ApiDependencies): Hono {
  const { conversations, changes, watchers, gatewayUrl, temporalLink, platforms, missingSecrets } =
    dependencies;
  const app = new Hono();

  app.get('/conversations', async (context) => {
    const { platform, status, limit } = valid(filterSchema, context.req.query());
    const filter = { limit, ...(platform ? { platform } : {}), ...(status ? { status } : {}) };
    return context.json({ conversations: await conversations.list(filter) });
  });

  app.post('/conversations/:id/messages', async (context) => {
    const id = idOf(context);
    const isDelivered = id.platform !== 'web' && id.platform !== PERSON;
    if (isDelivered && !platforms.has(id.platform))
      throw noPlatform(id.platform, missingSecrets(id.platform));
    const workflowId = workflowIdOf(id);
    const wait = valid(waitSchema, context.req.query('wait'), 'wait');
    const body = valid(messageSchema, await jsonBody(context));
    if (Buffer.byteLength(body.text) > MAX_TEXT_BYTES)
      throw new HttpError(413, 'text_too_long', `text: must be at most ${MAX_TEXT_BYTES} bytes`);
    const message: InboundMessage = { id: body.id ?? crypto.randomUUID(), text: body.text, live: gatewayUrl };
    const leave = wait === 0 ? undefined : watchers.enter();
    try {
      const duplicate = body.id === undefined ? false : await conversations.hasSeen(workflowId, body.id);
      if (duplicate !== true) await conversations.store({ id, message, operator: true });
      changes.nudge(workflowId);
      const accepted = { conversation: workflowId, message: message.id, duplicate };
      if (wait === 0) return context.json(accepted, 202);
      const signal = AbortSignal.any([AbortSignal.timeout(wait * 1000), context.req.raw.signal]);
      const reply = await waitForReply(workflowId, message.id, dependencies, signal);
      if (!reply) return context.json(accepted, 202);
      const { kind: _, at: __, ...shown } = reply;
      return context.json({ ...accepted, reply: shown });
    } finally {
      leave?.();
    }
  });

  app.get('/conversations/:id', async (context) => {
    const workflowId = workflowIdOf(idOf(context));
    const seen = await conversations.readWhole(workflowId);
    if (!seen) throw new HttpError(404, 'not_found', `there is no conversation ${workflowId}`);
    const { entries, ...state } = seen;
    const temporal = temporalLink(workflowId);
    const links = temporal === undefined ? {} : { temporal };
    return context.json({ conversation: workflowId, ...state, transcript: entries.map(outside), links });
  });

  app.get('/conversations/:id/events', (context) => {
    const cursor = context.req.header('last-event-id') ?? context.req.query('after');
    return streamEvents(
      context,
      workflowIdOf(idOf(context)),
      valid(cursorSchema, cursor, 'after'),
      dependencies,
    );
  });

  return app;
}

function idOf(context: Context): ConversationId {
  try {
    return parseConversationId(context.req.param('id') ?? '');
  } catch (error) {
    if (error instanceof InvalidConversationId)
      throw new HttpError(400, 'invalid_conversation', error.message);
    throw error;
  }
}

async function jsonBody(context: Context): Promise<unknown> {
  const type = context.req.header('content-type') ?? '';
  // Also keeps out pages elsewhere, which can post forms and plain text without asking first.
  if (!/^application\/json\b/i.test(type))
    throw new HttpError(415, 'unsupported_media_type', 'send the body as `content-type: application/json`');
  try {
    return await context.req.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpError(400, 'invalid_json', 'the body is not valid JSON');
    throw error;
  }
}

function valid<S extends z.ZodType>(schema: S, value: unknown, field?: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const path = [...(field === undefined ? [] : [field]), ...issue.path].join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  throw new HttpError(400, 'invalid_request', lines.join('; '));
}
