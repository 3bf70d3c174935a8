import type { Button, Receipt } from '../../contract/delivery.ts';
import { shortKey } from '../delivery-key.ts';
import type { OutboundContext } from '../platform.ts';
import { ApiRefused } from '../wechat/api.ts';
import type { Send } from './send.ts';
import { plain, sendText } from './text.ts';

/** What a card shows whole, in characters. */
const MAX_TEXT = 160;
const MAX_TITLE = 36;
/** Our task ids are well-formed: this one was sent before. */
const TASK_ID_REFUSED = 42014;

/** What WeCom shows of buttons: six on a card, labels of about ten Chinese characters. */
export const BUTTONS = { most: 6, longestLabel: 20 };

/**
 * Sends a text with buttons as a card; a text that is too long for one goes before it. If WeCom refuses the card, the
 * buttons are lines of text.
 */
export async function sendCard(
  send: Send,
  context: OutboundContext,
  text: string,
  buttons: readonly Button[],
): Promise<Receipt> {
  const content = plain(text);
  const fits = content.length <= MAX_TEXT;
  const before = fits ? undefined : await sendText(send, context, text);
  // A card's task id may be used once in an app.
  const taskId = shortKey(context.key, 32);
  try {
    const card = await send(context, 'template_card', {
      card_type: 'button_interaction',
      ...(fits ? { sub_title_text: content } : { main_title: { title: titleOf(content) } }),
      task_id: taskId,
      button_list: buttons.map(({ label, value }) => ({ text: label, style: 1, key: value })),
    });
    return before ?? card;
  } catch (error) {
    if (!(error instanceof ApiRefused)) throw error;
    if (error.code === TASK_ID_REFUSED) return before ?? { messageId: taskId };
    const lines = buttons.map(({ label }, index) => `${index + 1}. ${label}`).join('\n');
    const shown = await sendText(send, context, before ? lines : `${text}\n\n${lines}`);
    return before ?? shown;
  }
}

function titleOf(content: string): string {
  const line = content.split('\n', 1)[0] ?? '';
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE - 1).toWellFormed()}…`;
}
