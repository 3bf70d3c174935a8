import { Hono } from 'hono';
import type { Log } from '../config/log.ts';
import { InvalidMessage } from '../contract/accept-message.ts';
import { InvalidConversationId, workflowIdOf } from '../contract/conversation-id.ts';
import { WebhookRefused } from '../platforms/platform.ts';
import type { Conversations } from './conversations.ts';
import { HttpError } from './errors.ts';
import { noPlatform, type PlatformDependencies } from './no-platform.ts';

export interface WebhookDependencies extends PlatformDependencies {
  conversations: Conversations;
  log: Pick<Log, 'warn' | 'debug'>;
}

/** Handshakes come as GET, Matrix transactions as PUT; each platform refuses what it does not take. */
const ANY_METHOD = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** `/webhooks/{platform}`: verified, stored, and only then acknowledged. */
export function createWebhooks({ conversations, platforms, missingSecrets, log }: WebhookDependencies): Hono {
  const app = new Hono();
  app.on(ANY_METHOD, ['/:platform', '/:platform/*'], async (context) => {
    const name = context.req.param('platform');
    const platform = platforms.get(name);
    if (!platform) throw noPlatform(name, missingSecrets(name));
    const {
      messages,
      respond,
      respondUnwanted = respond,
      warnings = [],
    } = await platform.inbound
      .receive({
        method: context.req.method,
        url: new URL(context.req.url),
        headers: context.req.raw.headers,
        body: new Uint8Array(await context.req.arrayBuffer()),
      })
      .catch((error: unknown) => {
        if (error instanceof WebhookRefused)
          throw new HttpError(error.status, error.code, error.message, { cause: error });
        throw error;
      });
    let isTaken = false;
    for (const { conversation, message } of messages) {
      try {
        const id = { platform: name, conversation };
        if (await conversations.store({ id, message })) isTaken = true;
        log.debug({ conversation: workflowIdOf(id), event: message.id }, 'message taken');
      } catch (error) {
        if (error instanceof InvalidConversationId)
          throw new HttpError(400, 'invalid_conversation', error.message);
        if (error instanceof InvalidMessage) throw new HttpError(400, 'invalid_message', error.message);
        throw error;
      }
    }
    for (const warning of warnings) log.warn({ platform: name }, warning);
    const answer = isTaken ? respond : respondUnwanted;
    return answer ? answer() : context.json({ ok: true });
  });
  return app;
}
