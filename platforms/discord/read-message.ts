import { MessageType } from 'discord-api-types/v10';
import { type InboundMessage, MAX_ATTACHMENTS } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import type { Received } from '../platform.ts';
import { acceptQuote } from '../webhook-body.ts';
import { attachmentOfMessage } from './attachments.ts';
import type { DiscordMessage, DiscordUser } from './message.ts';
import { personOf } from './person.ts';

const SAID = new Set<number>([MessageType.Default, MessageType.Reply]);

export interface Reader {
  /** User id of the bot. */
  botId: string;
  /** In a server, where others read along. */
  inGuild: boolean;
}

type Incoming = Received['messages'][number];

/** What a person says in a channel. */
export function readMessage(message: DiscordMessage, { botId, inGuild }: Reader): Incoming | undefined {
  const { author, webhook_id: webhook, type } = message;
  // Two bots that answer each other would never end.
  if (author.bot || webhook !== undefined || !SAID.has(type)) return undefined;

  const attachments = filesOf(message);
  const text = textOf(message, botId);
  if (text === '' && attachments.length === 0) return undefined;
  const quote = message.referenced_message?.content;
  const said: InboundMessage = {
    id: message.id,
    text,
    sender: personOf(author, message.member?.nick),
    messageId: message.id,
    sentAt: Date.parse(message.timestamp),
    ...(attachments.length > 0 && { attachments }),
    ...(quote && { quote: acceptQuote(quote) }),
    ...audience(inGuild, isAddressed(message, botId)),
    // A direct message is answered as in a talk; in a channel the answer names its question.
    ...(inGuild && { returnAddress: { replyTo: message.id } }),
  };
  return { conversation: message.channel_id, message: said };
}

/** The same for a message that was changed; undefined where its words were not: Discord adds previews of links. */
export function readEdit(message: DiscordMessage, reader: Reader): Incoming | undefined {
  const { edited_timestamp: editedAt } = message;
  const read = editedAt ? readMessage(message, reader) : undefined;
  if (!read || !editedAt) return undefined;
  const id = `${message.id}:${editedAt}`;
  return { ...read, message: { ...read.message, id, edited: true, sentAt: Date.parse(editedAt) } };
}

/** The same for a message that was taken back. */
export function readDeletion(channel: string, messageId: string, inGuild: boolean): Incoming {
  return {
    conversation: channel,
    message: { id: `${messageId}:deleted`, text: '', messageId, deleted: true, ...audience(inGuild, true) },
  };
}

function isAddressed({ mentions, referenced_message: answered }: DiscordMessage, botId: string): boolean {
  return mentions.some(({ id }) => id === botId) || answered?.author?.id === botId;
}

function filesOf(message: DiscordMessage) {
  const forwarded =
    message.message_snapshots?.flatMap((snapshot) => snapshot.message.attachments ?? []) ?? [];
  return [...message.attachments, ...forwarded]
    .slice(0, MAX_ATTACHMENTS)
    .map((file) => attachmentOfMessage(file, message));
}

function textOf(message: DiscordMessage, botId: string): string {
  const own = message.content.replaceAll(new RegExp(`<@!?${botId}>`, 'g'), '').trim();
  const forwarded = message.message_snapshots?.map((snapshot) => snapshot.message.content ?? '') ?? [];
  const things = [
    ...(message.sticker_items ?? []).map(({ name }) => `[sticker: ${name}]`),
    ...(message.poll ? [`[poll: ${message.poll.question.text ?? ''}]`] : []),
  ];
  const text = [own, ...forwarded, ...things].filter(Boolean).join('\n');
  // Only the bot was named: that is a word too.
  const onlyName = text === '' && message.attachments.length === 0;
  return withNames(onlyName ? message.content : text, message.mentions).toWellFormed();
}

/** Mentions are ids: whom they mean comes along. */
function withNames(text: string, mentioned: DiscordUser[]): string {
  return text.replaceAll(/<@!?(\d+)>/g, (mention, id: string) => {
    const person = mentioned.find((each) => each.id === id);
    return person ? `@${person.global_name || person.username}` : mention;
  });
}
