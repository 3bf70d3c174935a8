import type {
  AssistantThreadsSetStatusArguments,
  AuthTestArguments,
  ChatPostMessageArguments,
  ChatUpdateArguments,
  ConversationsHistoryArguments,
  ConversationsRepliesArguments,
  FilesCompleteUploadExternalArguments,
  FilesGetUploadURLExternalArguments,
  FilesInfoArguments,
} from '@slack/web-api';
import { z } from 'zod';
import { call, failureOf, jsonOf } from '../call.ts';
import { failureNamed } from './errors.ts';

export interface SlackAccess {
  /** `xoxb-…` */
  botToken: string;
  /** With the path: `https://slack.com/api`. */
  apiBaseUrl: string;
}

/** What is called, with the vendor's own types of the arguments. */
interface Methods {
  'auth.test': NonNullable<AuthTestArguments>;
  'assistant.threads.setStatus': AssistantThreadsSetStatusArguments;
  'chat.postMessage': ChatPostMessageArguments;
  'chat.update': ChatUpdateArguments;
  'conversations.history': ConversationsHistoryArguments;
  'conversations.replies': ConversationsRepliesArguments;
  'files.completeUploadExternal': FilesCompleteUploadExternalArguments;
  'files.getUploadURLExternal': FilesGetUploadURLExternalArguments;
  'files.info': FilesInfoArguments;
}

/**
 * Calls a method of the Web API once and returns its answer. Throws SlackRefused (a DeliveryRefused), RateLimited, the
 * signal's reason, or Error for what may work later.
 */
export type CallSlack = <M extends keyof Methods>(
  method: M,
  args: Methods[M],
  options: { signal: AbortSignal; timeoutMs?: number },
) => Promise<unknown>;

const answered = z.looseObject({
  ok: z.boolean(),
  error: z.string().optional(),
  /** The scope that is missing. */
  needed: z.string().optional(),
});

// Not the vendor's WebClient: it takes no signal, queues calls, and logs warnings and failures to the console.
export function createCall({ botToken, apiBaseUrl }: SlackAccess): CallSlack {
  return async (method, args, options) => {
    const answer = await call({
      what: `Slack: ${method}`,
      url: `${apiBaseUrl}/${method}`,
      headers: { authorization: `Bearer ${botToken}` },
      body: formOf(args),
      ...options,
    });
    const { success, data } = answered.safeParse(jsonOf(answer));
    if (answer.ok && success && data.ok) return data;
    if (answer.status === 429 || answer.status >= 500 || !success || data.error === undefined)
      throw answer.ok
        ? new Error(`${answer.what}: the answer cannot be read`)
        : failureOf(answer, data?.error);
    throw failureNamed(answer, data.error, data.needed);
  };
}

/** A form, which every method takes (those that read take no JSON); what is not a scalar is JSON in it. */
function formOf(args: object): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(args))
    if (value !== undefined)
      form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  return form;
}
