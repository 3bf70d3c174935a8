import type { Button } from '../contract/delivery.ts';
import type { ReplyEntry } from '../contract/transcript.ts';
import { wellFormed } from '../contract/well-formed.ts';
import type { Outbound } from '../platforms/platform.ts';

/** A reply as one platform can show it: with its buttons, or with a line of text for each where they do not fit. */
export function replyText(
  reply: Pick<ReplyEntry, 'text' | 'buttons'>,
  { buttons: fits }: Pick<Outbound, 'buttons'>,
): { text: string; buttons?: Button[] } {
  const { text, buttons = [] } = wellFormed({ text: reply.text, buttons: reply.buttons });
  if (buttons.length === 0) return { text };
  const fit =
    fits !== undefined &&
    buttons.length <= fits.most &&
    buttons.every(({ label }) => Array.from(label).length <= fits.longestLabel);
  if (fit) return { text, buttons };
  const lines = buttons.map(({ label }, index) => `${index + 1}. ${label}`);
  return { text: [text, lines.join('\n')].filter(Boolean).join('\n\n') };
}
