import type { ChatEvent, ChatMessage, ChatSpace, ChatUser } from './event.ts';

/** What a person did, in either of the two forms that Google sends it in. */
export interface Interaction {
  kind: 'message' | 'button' | 'command';
  user: ChatUser | undefined;
  eventTime: string | undefined;
  space: ChatSpace | undefined;
  /** What was written, or what the pressed button is under. */
  message: ChatMessage | undefined;
  thread: { name: string } | undefined;
  /** Of the pressed button. */
  parameters: Record<string, string>;
  commandId: number | string | undefined;
}

const KINDS: Record<string, Interaction['kind']> = {
  MESSAGE: 'message',
  // Someone who mentions the app may add it to the space by that.
  ADDED_TO_SPACE: 'message',
  CARD_CLICKED: 'button',
  APP_COMMAND: 'command',
};

/** Undefined for what is not said to us: added to or removed from a space, and whatever Google thinks of next. */
export function interactionOf(event: ChatEvent): Interaction | undefined {
  const { chat } = event;
  const kind = chat ? addOnKind(chat) : KINDS[event.type ?? ''];
  if (!kind || (event.type === 'ADDED_TO_SPACE' && !event.message)) return undefined;
  const payload = chat?.messagePayload ?? chat?.buttonClickedPayload ?? chat?.appCommandPayload ?? event;
  return {
    // A slash command has a message with its text, other commands have none.
    kind: kind === 'command' && payload.message ? 'message' : kind,
    user: chat?.user ?? event.user,
    eventTime: chat?.eventTime ?? event.eventTime,
    space: payload.space ?? payload.message?.space,
    message: payload.message,
    thread: payload.message?.thread ?? payload.thread,
    parameters: parametersOf(event),
    commandId: payload.appCommandMetadata?.appCommandId,
  };
}

function addOnKind(chat: NonNullable<ChatEvent['chat']>): Interaction['kind'] | undefined {
  if (chat.messagePayload) return 'message';
  if (chat.buttonClickedPayload) return 'button';
  return chat.appCommandPayload && 'command';
}

function parametersOf({ commonEventObject, common, action }: ChatEvent): Record<string, string> {
  const listed = (action?.parameters ?? []).map(({ key, value }) => [key, value]);
  return commonEventObject?.parameters ?? common?.parameters ?? Object.fromEntries(listed);
}
