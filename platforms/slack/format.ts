import type { AnyBlock } from '@slack/web-api';
import type { Button } from '../../contract/delivery.ts';
import { PLAIN, renderDialect } from '../text/dialect.ts';
import { SlackRefused } from './errors.ts';

/**
 * What the markdown blocks of a message hold together. Slack says 12,000 characters, not how it counts them: in bytes it
 * holds in every measure.
 */
export const MAX_BYTES = 12_000;
/** What one section holds, in characters. */
const MAX_SECTION = 3_000;
/** Characters of a notification. */
const NOTIFIED = 300;

/** Slack does not like how the message is made: as plain text it may. */
const NOT_LIKED = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
]);

interface Content {
  /** For notifications. */
  text: string;
  blocks: AnyBlock[];
}

/** Sends markdown, or as it is written if Slack does not like it. */
export async function withMarkdown<T>(
  text: string,
  buttons: readonly Button[] = [],
  send: (content: Content) => Promise<T>,
): Promise<T> {
  const notification = notificationOf(text);
  const pressed = actionsOf(buttons);
  try {
    const blocks: AnyBlock[] = [{ type: 'markdown', text: withoutMentions(text) }, ...pressed];
    return await send({ text: notification, blocks });
  } catch (error) {
    if (!(error instanceof SlackRefused && NOT_LIKED.has(error.reason))) throw error;
    return send({ text: notification, blocks: [...sectionsOf(text), ...pressed] });
  }
}

/** What Slack counts of a message's markdown, in bytes. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(withoutMentions(text));
}

/**
 * `<@U1>`, `<!channel>` and their like would notify people: the model may have been talked into it. Slack does not say that
 * a markdown block leaves them alone.
 */
function withoutMentions(text: string): string {
  return text.replace(/<(?=@[A-Za-z0-9]|!(?:channel|group|here|everyone|subteam))/g, '<\u2060');
}

function notificationOf(text: string): string {
  const shown = renderDialect(text, PLAIN).slice(0, NOTIFIED).toWellFormed();
  return shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function sectionsOf(text: string): AnyBlock[] {
  const pieces = text.match(new RegExp(`.{1,${MAX_SECTION / 2}}`, 'gsu')) ?? [];
  return pieces
    .filter((piece) => piece.trim() !== '')
    .map((piece) => ({ type: 'section', text: { type: 'plain_text', text: piece, emoji: false } }));
}

function actionsOf(buttons: readonly Button[]): AnyBlock[] {
  if (buttons.length === 0) return [];
  const elements = buttons.map(({ label, value }, index) => ({
    type: 'button' as const,
    action_id: `button-${index}`,
    text: { type: 'plain_text' as const, text: label, emoji: false },
    value,
  }));
  return [{ type: 'actions', elements }];
}
