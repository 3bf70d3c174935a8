import { BLANKS } from '../text/blanks.ts';

/** Who the bot is in a room. */
export interface BotName {
  userId: string;
  /** Its display name there. */
  name?: string | undefined;
}

export interface Mentions {
  /** Without the name of the bot. */
  text: string;
  mentioned: boolean;
}

/**
 * Whether a text is meant for the bot by its name, and what it says without that: the user id or `@name` anywhere, or
 * `name:` at the beginning. `pinged` is what the writer's client says: then a bare name at the beginning is the bot's.
 */
export function readMentions(text: string, { userId, name }: BotName, pinged: boolean): Mentions {
  const localpart = userId.slice(1, userId.indexOf(':'));
  const names = [...new Set([name, localpart])].flatMap((word) => word || []);
  const any = names.map(escapePattern).join('|');
  const end = pinged ? '(?:[:,]|(?=\\s)|$)' : '(?:[:,]|$)';
  const atStart = new RegExp(`^\\s*(?:${any})${end}`, 'iu');
  const anywhere = new RegExp(
    `${BLANKS}(?<![\\w@])(?:${escapePattern(userId)}|@(?:${any})(?!\\w|:\\w))`,
    'giu',
  );
  const leading = new RegExp(`^\\s*(?:${escapePattern(userId)}|@(?:${any})(?!\\w|:\\w))[:,]?`, 'iu');
  const rest = text.replace(leading, '').replace(atStart, '').replace(anywhere, '');
  const mentioned = pinged || rest !== text;
  return { text: rest === text ? text : rest.trim() || text, mentioned };
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
