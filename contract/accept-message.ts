import {
  type Attachment,
  type InboundMessage,
  MAX_ATTACHMENTS,
  MAX_EVENT_ID,
  MAX_NAME,
  MAX_QUOTE,
  MAX_REF,
  MAX_RETURN_ADDRESS,
  MAX_TEXT_BYTES,
} from './message.ts';
import { bytesOf } from './size.ts';

/** A message that cannot be kept; its text names the field and the limit. */
export class InvalidMessage extends Error {
  override name = 'InvalidMessage';
}

/**
 * The message as it is kept, whatever a platform passes on: what is only shown is cut to its limit, or left out; what the message is
 * recognised, allowed or answered by must be within it. Throws {@link InvalidMessage}.
 */
export function acceptMessage(message: InboundMessage): InboundMessage {
  const { sender, attachments, quote, sentAt, returnAddress, ...rest } = message;
  requireId('id', message.id);
  if (message.messageId !== undefined) requireId('messageId', message.messageId);
  if (sender) requireId('sender', sender.id);
  if (new TextEncoder().encode(message.text).length > MAX_TEXT_BYTES)
    throw new InvalidMessage(`text: must be at most ${MAX_TEXT_BYTES} bytes`);
  if (returnAddress) requireReturnAddress(returnAddress);
  return {
    ...rest,
    text: message.text.toWellFormed(),
    ...(sender && { sender: { id: sender.id, ...(sender.name && { name: cut(sender.name, MAX_NAME) }) } }),
    ...(attachments && { attachments: attachments.slice(0, MAX_ATTACHMENTS).map(accepted) }),
    ...(quote && { quote: cut(quote, MAX_QUOTE) }),
    // JSON has no NaN: it would come out as null.
    ...(Number.isFinite(sentAt) && { sentAt }),
    ...(returnAddress && { returnAddress }),
  };
}

function requireId(field: string, id: string): void {
  if (id === '') throw new InvalidMessage(`${field}: must not be empty`);
  if (id.length > MAX_EVENT_ID)
    throw new InvalidMessage(`${field}: must be at most ${MAX_EVENT_ID} characters`);
  if (!id.isWellFormed()) throw new InvalidMessage(`${field}: must be well-formed Unicode`);
}

function requireReturnAddress(returnAddress: Record<string, string>): void {
  if (bytesOf(returnAddress) > MAX_RETURN_ADDRESS)
    throw new InvalidMessage(`returnAddress: must be at most ${MAX_RETURN_ADDRESS} bytes`);
  if (!Object.values(returnAddress).every((value) => value.isWellFormed()))
    throw new InvalidMessage('returnAddress: must be well-formed Unicode');
}

/** An attachment without a reference is told of, and cannot be fetched. */
function accepted({ kind, ref, mediaType, name, bytes }: Attachment): Attachment {
  return {
    kind,
    ref: ref.length <= MAX_REF && ref.isWellFormed() ? ref : '',
    ...(mediaType && mediaType.length <= MAX_NAME && { mediaType: mediaType.toWellFormed() }),
    ...(name && { name: cut(name, MAX_NAME) }),
    ...(Number.isFinite(bytes) && { bytes }),
  };
}

function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}
