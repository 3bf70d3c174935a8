import { z } from 'zod';
import { type CallFeishu, FeishuRefused } from './api.ts';
import type { Form } from './card.ts';
import { firstTaken } from './send.ts';

const INVALID_REQUEST = 230001;

/** Makes a message of ours show the first of the forms that Feishu takes: card or text, as it was sent. */
export async function editMessage(
  call: CallFeishu,
  messageId: string,
  forms: readonly Form[],
  signal: AbortSignal,
): Promise<void> {
  const path = `im/v1/messages/${encodeURIComponent(messageId)}`;
  const cards = forms.filter(({ msg_type: type }) => type === 'interactive');
  try {
    await firstTaken(cards, ({ content }) =>
      call({ what: 'editing', method: 'PATCH', path, json: { content }, signal }, z.unknown()),
    );
  } catch (error) {
    const text = forms.find(({ msg_type: type }) => type === 'text');
    if (!text || !isNoCard(error)) throw error;
    await call({ what: 'editing', method: 'PUT', path, json: text, signal }, z.unknown());
  }
}

function isNoCard(error: unknown): boolean {
  return error instanceof FeishuRefused && error.code === INVALID_REQUEST && /not a card/i.test(error.reason);
}
