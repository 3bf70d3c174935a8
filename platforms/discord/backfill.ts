import {
  type APIChannel,
  ChannelType,
  type GatewayGuildCreateDispatchData,
  Routes,
} from 'discord-api-types/v10';
import type { Received } from '../platform.ts';
import { type CallDiscord, DiscordRefused } from './api.ts';
import { message as shape } from './message.ts';
import { readAfter } from './read-after.ts';
import { readMessage } from './read-message.ts';
import { isNewer, isSnowflake } from './snowflake.ts';

export interface Backfill {
  /** Goes on trying; throws DiscordRefused. */
  call: CallDiscord;
  botId: string;
  /** Id of the message after which messages were missed. */
  after: string;
  /** Resolves with how many of them were taken. */
  store(messages: Received['messages']): Promise<number>;
  signal: AbortSignal;
}

/** Stores what was written in a server's channels and threads, if it is for us. Returns how many messages that were. */
export async function backfillGuild(
  { channels, threads }: Pick<GatewayGuildCreateDispatchData, 'channels' | 'threads'>,
  backfill: Backfill,
): Promise<number> {
  let stored = 0;
  for (const channel of [...channels, ...threads])
    if (hasNews(channel, backfill.after)) stored += await backfillChannel(channel.id, true, backfill);
  return stored;
}

/** The same for direct messages, of which Discord has no list: the conversations that exist are looked through. */
export async function backfillDirect(conversations: Iterable<string>, backfill: Backfill): Promise<number> {
  let stored = 0;
  for (const id of conversations) {
    const channel = isSnowflake(id) ? await findChannel(id, backfill) : undefined;
    if (channel?.type === ChannelType.DM && hasNews(channel, backfill.after))
      stored += await backfillChannel(id, false, backfill);
  }
  return stored;
}

function hasNews(channel: object, after: string): boolean {
  const { last_message_id: last } = channel as { last_message_id?: string | null };
  return isSnowflake(last ?? undefined) && isNewer(last as string, after);
}

async function findChannel(id: string, { call, signal }: Backfill): Promise<APIChannel | undefined> {
  return unlessRefused(() =>
    call<APIChannel>({ what: 'reading a channel', method: 'GET', route: Routes.channel(id), signal }),
  );
}

async function backfillChannel(
  channel: string,
  inGuild: boolean,
  { call, botId, after, store, signal }: Backfill,
): Promise<number> {
  let stored = 0;
  await unlessRefused(async () => {
    for await (const page of readAfter(call, channel, after, signal)) {
      const messages = page.flatMap((found) => {
        const parsed = shape.safeParse(found);
        return parsed.success ? (readMessage(parsed.data, { botId, inGuild }) ?? []) : [];
      });
      stored += await store(messages);
    }
  });
  return stored;
}

/** A channel that is gone, or that the bot may not read, has nothing for us. */
async function unlessRefused<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    // A wrong token says nothing of the channel, and must not make it look read.
    if (error instanceof DiscordRefused && error.status !== 401) return undefined;
    throw error;
  }
}
