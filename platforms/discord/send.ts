import type { RawFile } from '@discordjs/rest';
import { Routes } from 'discord-api-types/v10';
import { shortKey } from '../delivery-key.ts';
import { DeliveryRefused, type OutboundContext } from '../platform.ts';
import { type CallDiscord, DiscordRefused } from './api.ts';
import { isSnowflake } from './snowflake.ts';

const MAX_NONCE = 25;
/** "Cannot reply without permission to read message history". */
const CANNOT_REPLY = 160_002;
/** Nobody is called by a reply. */
export const NO_MENTIONS = { allowed_mentions: { parse: [] } };

export interface SentMessage {
  id: string;
  content: string;
}

/** Throws {@link DeliveryRefused} for what is no channel of Discord. */
export function channelOf({ conversation }: Pick<OutboundContext, 'conversation'>): string {
  const isChannel: boolean = isSnowflake(conversation);
  if (!isChannel) throw new DeliveryRefused(`"${conversation}" is not a channel of Discord`);
  return conversation;
}

/** Sends an ordinary message. For some minutes a repeat with the same key returns the first one. */
export async function sendMessage(
  call: CallDiscord,
  context: OutboundContext,
  body: object,
  files?: RawFile[],
): Promise<SentMessage> {
  const send = (more: object) =>
    call<SentMessage>({
      what: 'sending a message',
      method: 'POST',
      route: Routes.channelMessages(channelOf(context)),
      body: {
        ...body,
        ...NO_MENTIONS,
        nonce: shortKey(context.key, MAX_NONCE),
        enforce_nonce: true,
        ...more,
      },
      ...(files && { files }),
      signal: context.signal,
    });
  const replyTo = context.returnAddress?.['replyTo'];
  if (replyTo === undefined) return send({});
  try {
    return await send({ message_reference: { message_id: replyTo, fail_if_not_exists: false } });
  } catch (error) {
    if (error instanceof DiscordRefused && error.code === CANNOT_REPLY) return send({});
    throw error;
  }
}

/** Makes an ordinary message of ours show this. */
export async function editMessage(
  call: CallDiscord,
  context: Pick<OutboundContext, 'conversation' | 'signal'>,
  messageId: string,
  body: object,
): Promise<void> {
  await call({
    what: 'editing a message',
    method: 'PATCH',
    route: Routes.channelMessage(channelOf(context), messageId),
    body: { ...body, ...NO_MENTIONS },
    signal: context.signal,
  });
}
