import { type InboundMessage, type Sender } from '../../contract/message.ts';
import { audience } from '../audience.ts';
import type { Received } from '../platform.ts';
import { acceptQuote, acceptText } from '../webhook-body.ts';
import { conversationOf, isDirect, threadOf } from './conversation.ts';
import type { SlackMessage, SlackMessageEvent } from './event.ts';
import { attachmentsOf, notesOf } from './files.ts';
import { mentions, readable, withoutMention } from './text.ts';

type Messages = Received['messages'];

/** What people say. Every other subtype tells of something else: joined, renamed, a bot's message, … */
const SAID = new Set(['', 'file_share', 'me_message', 'thread_broadcast']);

/** Reads what people said, changed or took back. `me` is the bot's user id. */
export function readMessageEvent(event: SlackMessageEvent, me: string): Messages {
  if (event.subtype === 'message_changed') return readChange(event, me);
  if (event.subtype === 'message_deleted') return readDeletion(event, event.previous_message, me);
  const { type, channel, ts } = event;
  // An edit that adds a mention is told as a change of the message too.
  if (event.hidden || (type === 'app_mention' && event.edited)) return [];
  // Not the id of the delivery: a mention comes as a message and as a mention, and is one.
  return read(channel, event, { id: `${channel}:${ts}`, sentAt: msOf(ts) }, me);
}

function readChange(event: SlackMessageEvent, me: string): Messages {
  const { channel, message, previous_message: before } = event;
  if (!message) return [];
  // What is left of the first message of a thread.
  if (message.subtype === 'tombstone') return readDeletion(event, before, me);
  // Slack tells so of links that it has looked up, too.
  if (before ? (before.text ?? '') === (message.text ?? '') : !message.edited) return [];
  const at = event.event_ts ?? event.ts;
  const about = { id: `${channel}:${message.ts}:${at}`, sentAt: msOf(at), edited: true } as const;
  return read(channel, message, about, me, before);
}

function readDeletion(
  { channel, ...event }: SlackMessageEvent,
  before: SlackMessage | null | undefined,
  me: string,
) {
  const sender = before && senderOf(before, me);
  if (!sender) return [];
  const { ts } = before;
  const message: InboundMessage = {
    // The same whether the message or only its text is gone.
    id: `${channel}:${ts}:deleted`,
    text: '',
    sender,
    messageId: ts,
    deleted: true,
    sentAt: msOf(event.event_ts ?? event.ts),
    ...audience(!isDirect(channel), isAddressed(before, me)),
  };
  return [{ conversation: conversationFor(channel, before), message }];
}

function read(
  channel: string,
  said: SlackMessage,
  about: Pick<InboundMessage, 'id' | 'sentAt' | 'edited'>,
  me: string,
  before?: SlackMessage | null,
): Messages {
  const sender = senderOf(said, me);
  const files = said.files ?? [];
  const attachments = attachmentsOf(files);
  const quote = quoteOf(said);
  const text = [textOf(said, me), ...notesOf(files)].filter(Boolean).join('\n');
  if (!sender || (text === '' && attachments.length === 0 && !quote)) return [];
  const isMeant = [said, before].some((wording) => wording && isAddressed(wording, me));
  const heard = audience(!isDirect(channel), isMeant);
  const message: InboundMessage = {
    ...about,
    text: acceptText(text || (attachments.length > 0 ? '' : '[a shared message]'), heard),
    sender,
    messageId: said.ts,
    ...(attachments.length > 0 && { attachments }),
    ...(quote && { quote }),
    ...heard,
  };
  return [{ conversation: conversationFor(channel, said), message }];
}

/** Undefined for the bot itself and for other bots: two that answer each other would never end. */
function senderOf({ subtype, user, bot_id: botId }: SlackMessage, me: string): Sender | undefined {
  return SAID.has(subtype ?? '') && user && user !== me && user !== 'USLACKBOT' && !botId
    ? { id: user }
    : undefined;
}

/** In channels it takes a mention, or a thread that the bot began: Slack does not tell of more. */
function isAddressed({ text, parent_user_id: first }: SlackMessage, me: string): boolean {
  return mentions(text ?? '', me) || first === me;
}

/** In channels every message opens a thread of its own. */
function conversationFor(channel: string, { ts, thread_ts: threadTs }: SlackMessage): string {
  const thread = threadOf(ts, threadTs);
  return conversationOf(channel, isDirect(channel) ? thread : (thread ?? ts));
}

function textOf({ text }: SlackMessage, me: string): string {
  const said = text ?? '';
  return readable(withoutMention(said, me) || said).trim();
}

function quoteOf({ attachments, root }: SlackMessage): string {
  const shared = attachments?.find((one) => one.is_share || one.is_msg_unfurl)?.text;
  return acceptQuote(readable(shared ?? root?.text ?? ''));
}

function msOf(ts: string): number {
  return Math.floor(1000 * Number(ts));
}
