import { Hono } from 'hono';
import { answerTaken } from './answer-taken.ts';
import { cursorSchema, filterSchema, messageSchema, waitSchema } from './api-requests.ts';
import { type EventStreamDependencies, streamEvents } from './event-stream.ts';
import { outside } from './events.ts';
import { jsonBody, noConversation, readConversationId, valid, workflowIdIn } from './requests.ts';
import type { TakeDependencies } from './take-message.ts';

export interface ApiDependencies extends EventStreamDependencies, TakeDependencies {
  /** Link to a conversation in Temporal's UI. */
  temporalLink(workflowId: string): string | undefined;
}

/** The HTTP API, to be mounted at `/v1`. */
export function createApi(dependencies: ApiDependencies): Hono {
  const { conversations, temporalLink } = dependencies;
  const app = new Hono();

  app.get('/conversations', async (context) => {
    const filter = valid(filterSchema, context.req.query());
    return context.json({ conversations: await conversations.list(filter) });
  });

  app.post('/conversations/:id/messages', async (context) => {
    const conversation = readConversationId(context.req.param('id'));
    const wait = valid(waitSchema, context.req.query('wait'), 'wait');
    const { id, text } = valid(messageSchema, await jsonBody(context));
    return answerTaken(context, { conversation, id, text }, wait, dependencies);
  });

  app.get('/conversations/:id', async (context) => {
    const workflowId = workflowIdIn(context);
    const seen = await conversations.readWhole(workflowId);
    if (!seen) throw noConversation(workflowId);
    const { entries, ...state } = seen;
    const temporal = temporalLink(workflowId);
    const links = temporal === undefined ? {} : { temporal };
    return context.json({ conversation: workflowId, ...state, transcript: entries.map(outside), links });
  });

  app.get('/conversations/:id/events', (context) => {
    const cursor = context.req.header('last-event-id') ?? context.req.query('after');
    return streamEvents(context, workflowIdIn(context), valid(cursorSchema, cursor, 'after'), dependencies);
  });

  return app;
}
