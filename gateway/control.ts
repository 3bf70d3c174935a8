import { type Context, Hono } from 'hono';
import pMap from 'p-map';
import { type AnswerDependencies, answerTaken } from './answer-taken.ts';
import { actionSchema, decisionSchema, waitSchema } from './api-requests.ts';
import { HttpError } from './errors.ts';
import type { ListedConversation } from './listed-conversation.ts';
import { jsonBody, noConversation, readConversationId, valid, workflowIdIn } from './requests.ts';

/** Conversations whose requests for approval are listed at once. */
const MOST_WAITING = 100;
/** Of them, whose state is read at the same time: a worker may have to replay each. */
const READ_AT_ONCE = 10;

/**
 * What an operator does to conversations, to be mounted at `/v1`. Each is a command as people write it, so it is stored before it is
 * answered, comes in its order, and changes nothing when it comes again with the same id.
 */
export function createControl(dependencies: AnswerDependencies): Hono {
  const { conversations } = dependencies;
  const app = new Hono();

  async function command(context: Context, text: string, id: string | undefined): Promise<Response> {
    const wait = valid(waitSchema, context.req.query('wait'), 'wait');
    const conversation = readConversationId(context.req.param('id') ?? '');
    return answerTaken(context, { conversation, id, text }, wait, dependencies);
  }

  for (const [action, text] of [
    ['stop', '/stop all'],
    ['reset', '/new'],
  ] as const)
    app.post(`/conversations/:id/${action}`, async (context) => {
      const workflowId = workflowIdIn(context);
      const { id } = valid(actionSchema, context.req.header('content-type') ? await jsonBody(context) : {});
      if (!(await conversations.exists(workflowId))) throw noConversation(workflowId);
      return command(context, text, id);
    });

  app.post('/conversations/:id/approvals/:approval', async (context) => {
    const workflowId = workflowIdIn(context);
    const { decision, reach = 'once', id } = valid(decisionSchema, await jsonBody(context));
    const seen = await conversations.readState(workflowId);
    if (!seen) throw noConversation(workflowId);
    const wanted = context.req.param('approval');
    const isRepeated = id !== undefined && (await conversations.hasSeen(workflowId, id));
    if (!isRepeated && !seen.approvals.some((pending) => pending.id === wanted))
      throw new HttpError(404, 'not_found', `there is no request ${wanted} that waits`);
    return command(context, decision === 'deny' ? `/deny ${wanted}` : `/approve ${wanted} ${reach}`, id);
  });

  app.get('/approvals', async (context) => {
    const waiting = await conversations.list({ status: 'awaiting-approval', limit: MOST_WAITING });
    const read = async ({ conversation }: ListedConversation) => {
      const seen = await conversations.readState(conversation);
      return (seen?.approvals ?? []).map((pending) => Object.assign({ conversation }, pending));
    };
    const approvals = await pMap(waiting, read, { concurrency: READ_AT_ONCE });
    return context.json({ approvals: approvals.flat() });
  });

  return app;
}
