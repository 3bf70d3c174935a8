import type { ConversationId } from '../../contract/conversation-id.ts';
import { HttpError } from '../errors.ts';
import { readConversationId } from '../requests.ts';
import type { TakenMessage } from '../take-message.ts';

/** The id of an answer: the same whenever the message is asked for again, and it tells where the conversation goes on. */
export function answerId(prefix: 'chatcmpl-' | 'resp_', { conversation, message }: TakenMessage): string {
  return prefix + Buffer.from(JSON.stringify([conversation, message])).toString('base64url');
}

/** The conversation of a response. Throws a 400 for an id that no holdfast gave. */
export function conversationOfResponse(id: string, field: string): ConversationId {
  try {
    const [conversation] = JSON.parse(Buffer.from(id.replace(/^resp_/, ''), 'base64url').toString());
    return readConversationId(String(conversation));
  } catch {
    throw new HttpError(400, 'previous_response_not_found', `${field}: there is no response of this id`, {
      field,
    });
  }
}
