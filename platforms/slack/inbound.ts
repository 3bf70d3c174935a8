import type { z } from 'zod';
import { type Inbound, type Received, WebhookRefused, type WebhookRequest } from '../platform.ts';
import { readBody, requirePost } from '../webhook-body.ts';
import type { CallSlack } from './api.ts';
import type { Bot } from './bot.ts';
import {
  envelope,
  eventCallback,
  interaction,
  messageEvent,
  slashCommand,
  urlVerification,
} from './event.ts';
import { fetchSlackFile } from './files.ts';
import { readMessageEvent } from './message.ts';
import { readPress } from './press.ts';
import { checkSignature } from './signature.ts';
import type { SlackOptions } from './slack.ts';
import { readSlashCommand } from './slash-command.ts';

/** Slack would show any other answer to a command in the chat. */
const respond = () => new Response(null, { status: 200 });

/** One address for events (JSON), and for buttons and slash commands (forms). */
export function createSlackInbound(options: SlackOptions, call: CallSlack, bot: Bot): Inbound {
  return {
    async receive(request) {
      requirePost(request);
      checkSignature(request, options.signingSecret);
      return isForm(request) ? readForm(request.body) : readEvent(request.body, bot);
    },
    fetchAttachment: (attachment, fetching) => fetchSlackFile(call, options, attachment, fetching),
  };
}

function isForm({ headers }: WebhookRequest): boolean {
  return headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
}

async function readEvent(body: Uint8Array, bot: Bot): Promise<Received> {
  const received = readBody(body, envelope);
  if (received.type === 'url_verification') {
    const { challenge } = shaped(received, urlVerification);
    return { messages: [], respond: () => Response.json({ challenge }) };
  }
  if (received.type !== 'event_callback') return { messages: [], respond };
  const { event, authorizations } = shaped(received, eventCallback);
  if (!MESSAGES.has(event.type)) return { messages: [], respond };
  const said = shaped(event, messageEvent, 'event');
  return { messages: readMessageEvent(said, await bot.userId(authorizations ?? [])), respond };
}

const MESSAGES = new Set(['message', 'app_mention']);

function readForm(body: Uint8Array): Received {
  const form = new URLSearchParams(new TextDecoder().decode(body));
  const payload = form.get('payload');
  if (payload !== null)
    return { messages: readPress(readBody(new TextEncoder().encode(payload), interaction)), respond };
  // Slack looks whether the address of a command can be reached.
  if (form.has('ssl_check')) return { messages: [], respond };
  return { messages: readSlashCommand(shaped(Object.fromEntries(form), slashCommand)), respond };
}

function shaped<T>(value: unknown, shape: z.ZodType<T>, ...at: string[]): T {
  const { success, data, error } = shape.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const field = [...at, ...(issue?.path ?? [])].join('.');
  throw new WebhookRefused(400, 'invalid_message', `${field}: ${issue?.message ?? 'invalid'}`);
}
