import type { Receipt } from '../../contract/delivery.ts';
import type { OutboundContext, Part } from '../platform.ts';
import { PLAIN, renderDialect } from '../text/dialect.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import { ApiRefused } from '../wechat/api.ts';
import { renderWecom } from './format.ts';
import { invisibleMark, MARK_BYTES } from './mark.ts';
import type { Send } from './send.ts';

/** Longest text or markdown of one message, in UTF-8 bytes, without its mark. Longer text is cut off without an error. */
const MAX_BYTES = 2048 - MARK_BYTES;
/** Message type, parameter, content: what may be wrong with markdown and right with text. */
const FORMAT_REFUSED = new Set([40008, 40035, 40058, 44004, 45002]);

export function splitText(text: string, from: number): Part {
  return splitToFit(text, from, MAX_BYTES, (part) =>
    Math.max(bytesOf(renderWecom(part)), bytesOf(plain(part))),
  );
}

/** Sends as markdown what has any, else as text, which is also shown to those who read WeCom in WeChat. */
export async function sendText(send: Send, context: OutboundContext, text: string): Promise<Receipt> {
  const mark = invisibleMark(context.key);
  const markdown = renderWecom(text);
  const unformatted = bytesOf(plain(text)) <= MAX_BYTES ? plain(text) : text;
  const asText = () => send(context, 'text', { content: unformatted + mark });
  if (markdown === unformatted || bytesOf(markdown) > MAX_BYTES) return asText();
  try {
    return await send(context, 'markdown', { content: markdown + mark });
  } catch (error) {
    if (error instanceof ApiRefused && FORMAT_REFUSED.has(error.code)) return asText();
    throw error;
  }
}

/** Without any markup. */
export function plain(text: string): string {
  return renderDialect(text, PLAIN);
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
