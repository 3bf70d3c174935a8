import { TelegramRefused } from './api.ts';
import { renderHtml } from './html.ts';

/** Longest visible text of one message, in UTF-16 units. */
export const MAX_LENGTH = 4096;

export const NO_PREVIEW = { link_preview_options: { is_disabled: true } };

interface Markup {
  text: string;
  parse_mode?: 'HTML';
}

/** Sends markdown as HTML, or as it is written if its HTML shows nothing, is too long, or is not to Telegram's liking. */
export async function withMarkup<T>(text: string, send: (markup: Markup) => Promise<T>): Promise<T> {
  const { html, length } = renderHtml(text);
  if (length > MAX_LENGTH || html.replace(/<[^>]*>/g, '').trim() === '') return send({ text });
  try {
    return await send({ text: html, parse_mode: 'HTML' });
  } catch (error) {
    if (error instanceof TelegramRefused && error.reason.includes("can't parse entities"))
      return send({ text });
    throw error;
  }
}
