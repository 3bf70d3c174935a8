import { BLANKS } from '../text/blanks.ts';
import type { Bot } from './bot.ts';
import type { Content } from './content.ts';
import type { TelegramMessage } from './update.ts';

const COMMAND = /^\/\w+(?:@(\w+))?/;

interface Words {
  /** Without the bot's name. */
  text: string;
  isAddressed: boolean;
}

/**
 * What a message says, and whether it is meant for the bot: in groups that takes a command, a mention, or a reply to one
 * of the bot's messages. May ask Telegram who we are, and throws if it is down.
 */
export async function readWords(message: TelegramMessage, content: Content, bot: Bot): Promise<Words> {
  const command = COMMAND.exec(content.text);
  if (command) return readCommand(content.text, command, bot);
  if (message.chat.type === 'private') return { text: content.text, isAddressed: true };

  const text = await withoutMention(content, bot);
  const isAddressed = text !== content.text || isReplyToBot(message, bot);
  return { text: text || content.text, isAddressed };
}

/** `/status@MyBot now` is `/status now`. A command that names no bot comes to those that Telegram thinks are meant. */
async function readCommand(text: string, [command, name]: RegExpExecArray, bot: Bot): Promise<Words> {
  if (name === undefined) return { text, isAddressed: true };
  const isAddressed = name.toLowerCase() === (await bot.username()).toLowerCase();
  const words = command.slice(0, -name.length - 1) + text.slice(command.length);
  return { text: isAddressed ? words : text, isAddressed };
}

async function withoutMention({ text, entities }: Content, bot: Bot): Promise<string> {
  // From the end, so that the offsets before stay right.
  const own = entities.filter(({ type, user }) => type === 'text_mention' && user?.id === bot.id);
  const byId = own
    .toSorted((one, other) => other.offset - one.offset)
    .reduce((rest, { offset, length }) => rest.slice(0, offset) + rest.slice(offset + length), text);

  const name = `(?<![\\w@])@${await bot.username()}(?!\\w)`;
  const byName = byId
    .replace(new RegExp(`^\\s*${name}[,:]?`, 'i'), '')
    .replace(new RegExp(BLANKS + name, 'gi'), '');
  return byName === text ? text : byName.trim();
}

function isReplyToBot({ reply_to_message: answered }: TelegramMessage, bot: Bot): boolean {
  // In a topic every message "replies" to the note that the topic was created, maybe by the bot.
  return answered?.from?.id === bot.id && !('forum_topic_created' in answered);
}
