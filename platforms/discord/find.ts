import { MessageType, Routes } from 'discord-api-types/v10';
import type { OutboundContext } from '../platform.ts';
import { type CallDiscord, DiscordRefused } from './api.ts';
import { readAfter } from './read-after.ts';
import { isSnowflake } from './snowflake.ts';

/** Messages that are looked through: a reply is never far behind its question. */
const MOST = 500;

/** A message of ours as Discord shows it. */
interface OwnMessage {
  id: string;
  type: number;
  content: string;
  author: { id: string };
  attachments: unknown[];
}

/** User id of the bot; asked once for a process. */
export function createBotId(call: CallDiscord): (signal: AbortSignal) => Promise<string> {
  let known: string | undefined;
  return async (signal) => {
    known ??= (
      await call<{ id: string }>({ what: 'who the bot is', method: 'GET', route: Routes.user(), signal })
    ).id;
    return known;
  };
}

/** The message of ours that was sent and not recorded: in the channel, after what it answers, and not known. */
export async function findUnrecorded(
  call: CallDiscord,
  botId: (signal: AbortSignal) => Promise<string>,
  { conversation, sentAfter, answers, knownMessageIds, signal }: OutboundContext,
  kind: 'text' | 'file',
): Promise<OwnMessage | undefined> {
  // What was answered is a message or an interaction, and the ids of both are times.
  const after = [sentAfter, answers].find(isSnowflake);
  if (after === undefined) return undefined;
  const known = new Set(knownMessageIds);
  const own = await botId(signal);
  let seen = 0;
  try {
    for await (const page of readAfter<OwnMessage>(call, conversation, after, signal)) {
      const found = page.find(
        ({ id, author, type, attachments }) =>
          author.id === own &&
          !known.has(id) &&
          // Answers to commands have a type of their own.
          (type === MessageType.Default || type === MessageType.Reply) &&
          attachments.length > 0 === (kind === 'file'),
      );
      seen += page.length;
      if (found || seen >= MOST) return found;
    }
  } catch (error) {
    // Where the bot may not read, the nonce is all there is.
    if (!(error instanceof DiscordRefused)) throw error;
  }
  return undefined;
}
