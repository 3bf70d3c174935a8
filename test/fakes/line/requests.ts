import type { messagingApi } from '@line/bot-sdk';
import { wrongField } from './fields.ts';

const MAX_TEXT = 5_000;
const MAX_QUICK_REPLIES = 13;
const MAX_LABEL = 20;
const MAX_DATA = 300;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** An error answer of the Messaging API. */
export class LineError extends Error {
  readonly status: number;
  readonly details: { property?: string; message: string }[];
  constructor(status: number, message: string, details: LineError['details'] = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

function bad(property: string, message: string): LineError {
  return new LineError(400, 'The request body has 1 error(s)', [{ property, message }]);
}

/** Throws {@link LineError} for fields that are unknown, missing, or too much. */
export function checkFields(kind: Parameters<typeof wrongField>[0], value: unknown, path = ''): void {
  if (typeof value !== 'object' || value === null) throw bad(path, 'Must be an object');
  const wrong = wrongField(kind, value);
  if (wrong) throw bad(path + wrong.property, wrong.message);
}

export function checkMessages(messages: unknown): messagingApi.TextMessage[] {
  if (!Array.isArray(messages) || messages.length < 1 || messages.length > 5)
    throw bad('messages', 'Size must be between 1 and 5');
  messages.forEach((message: messagingApi.TextMessage, index) => {
    const path = `messages[${index}].`;
    checkFields('text', message, path);
    if (message.type !== 'text') throw bad(`${path}type`, 'Must be one of the following values: [text]');
    if (message.text.length > MAX_TEXT) throw bad(`${path}text`, 'Length must be between 0 and 5000');
    if (message.text.trim() === '') throw bad(`${path}text`, 'May not be empty');
    if (message.quickReply) checkQuickReply(message.quickReply, `${path}quickReply.`);
  });
  return messages as messagingApi.TextMessage[];
}

function checkQuickReply(quickReply: messagingApi.QuickReply, path: string): void {
  checkFields('quickReply', quickReply, path);
  const { items = [] } = quickReply;
  if (items.length < 1 || items.length > MAX_QUICK_REPLIES)
    throw bad(`${path}items`, 'Size must be between 1 and 13');
  for (const item of items) {
    checkFields('quickReplyItem', item, path);
    checkFields('postback', item.action, `${path}action.`);
    const { type, label = '', data = '', displayText = '' } = item.action as messagingApi.PostbackAction;
    if (item.type !== 'action' || type !== 'postback') throw bad(`${path}type`, 'invalid');
    const length = Array.from(graphemes.segment(label)).length;
    if (length < 1 || length > MAX_LABEL) throw bad(`${path}action.label`, 'Length must be between 1 and 20');
    if (data.length > MAX_DATA || displayText.length > MAX_DATA)
      throw bad(`${path}action.data`, 'Length must be between 0 and 300');
  }
}
