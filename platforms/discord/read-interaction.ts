import {
  ApplicationCommandType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
} from 'discord-api-types/v10';
import { type InboundMessage, MAX_ATTACHMENTS } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import { type Received, WebhookRefused } from '../platform.ts';
import { acceptText } from '../webhook-body.ts';
import { attachmentByUrl } from './attachments.ts';
import type { DiscordInteraction } from './interaction.ts';
import { personOf } from './person.ts';
import { isSnowflake, timeOf } from './snowflake.ts';

/** The command whose option is what is said; every other one is said as `/name`. */
export const ASK = 'ask';

const answer = (type: InteractionResponseType) => () => Response.json({ type });
/** Deferred, an answer that never comes would be waited for. Only who used the command sees this. */
const unwanted = () =>
  Response.json({
    type: InteractionResponseType.ChannelMessageWithSource,
    data: { content: 'I am not to answer here.', flags: MessageFlags.Ephemeral },
  });
const noContent = () => new Response(null, { status: 204 });

/** What an interaction says, and how it is acknowledged. */
export function readInteraction(received: DiscordInteraction): Received {
  // An event, or the ping, of Webhook Events: they have no token.
  if (received.event || received.type === 0) return { messages: [], respond: noContent };
  switch (received.type) {
    case InteractionType.Ping:
      return { messages: [], respond: answer(InteractionResponseType.Pong) };
    case InteractionType.ApplicationCommand:
      if (received.data?.type !== ApplicationCommandType.ChatInput) return { messages: [] };
      return {
        messages: [readCommand(received)],
        respond: answer(InteractionResponseType.DeferredChannelMessageWithSource),
        respondUnwanted: unwanted,
      };
    case InteractionType.MessageComponent:
      return {
        messages: readPress(received),
        respond: answer(InteractionResponseType.DeferredMessageUpdate),
      };
    default:
      return { messages: [] };
  }
}

type Incoming = Received['messages'][number];

function readCommand(received: DiscordInteraction): Incoming {
  const { id, token } = received;
  if (!token) throw missing('token');
  const { name = '', options = [], resolved } = received.data ?? {};
  const files = Object.values(resolved?.attachments ?? {});
  const isFile = (value: unknown) =>
    typeof value === 'string' && resolved?.attachments?.[value] !== undefined;
  const said = options.map(({ value }) => value).filter((value) => value !== undefined && !isFile(value));
  const text = (name === ASK ? said : [`/${name}`, ...said]).join(' ');
  return incoming(received, text, {
    ...(files.length > 0 && { attachments: files.slice(0, MAX_ATTACHMENTS).map(attachmentByUrl) }),
    returnAddress: { interaction: id ?? '', token },
  });
}

/** The button's value is what its presser says. */
function readPress(received: DiscordInteraction): Incoming[] {
  const { custom_id: value } = received.data ?? {};
  return value ? [incoming(received, value)] : [];
}

function incoming(received: DiscordInteraction, text: string, more: Partial<InboundMessage> = {}): Incoming {
  const { id, channel_id: conversation, guild_id: guild, member, user = member?.user } = received;
  if (!isSnowflake(id)) throw missing('id');
  if (!isSnowflake(conversation)) throw missing('channel_id');
  if (!user) throw missing('member');
  const sender = personOf(user, member?.nick);
  const inGuild = guild !== undefined;
  return {
    conversation,
    message: { id, text: acceptText(text), sender, sentAt: timeOf(id), ...audience(inGuild, true), ...more },
  };
}

function missing(field: string): WebhookRefused {
  return new WebhookRefused(400, 'invalid_message', `${field}: missing or invalid`);
}
