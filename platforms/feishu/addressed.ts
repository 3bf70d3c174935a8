import type { FeishuMention, FeishuMessage } from './event.ts';

const MENTION = /@_user_\d+/g;

/** A message's text with names for mentions, without the bot's own; and whether it mentions the bot. */
export async function readMentions(
  { mentions }: Pick<FeishuMessage, 'mentions'>,
  text: string,
  botId: () => Promise<string>,
): Promise<{ text: string; mentioned: boolean }> {
  if (!mentions || mentions.length === 0) return { text, mentioned: false };
  const own = await botId();
  const isOwn = ({ id }: FeishuMention) => id.open_id === own;
  const byKey = new Map(mentions.map((mention) => [mention.key, mention]));
  const named = (keepOwn: boolean) =>
    text
      .replace(MENTION, (key) => {
        const mention = byKey.get(key);
        if (!mention) return key;
        return isOwn(mention) && !keepOwn ? '' : `@${mention.name}`;
      })
      .trim();
  // Only the mention: it calls the bot.
  return { text: named(false) || named(true), mentioned: mentions.some(isOwn) };
}
