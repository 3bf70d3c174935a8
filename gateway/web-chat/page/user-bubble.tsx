import type { Sending, UserMessage } from './chat-state.ts';

const WORDS: Partial<Record<Sending, string>> = {
  sending: 'Sending…',
  retrying: 'Not sent yet, will retry',
  refused: 'Not sent',
};

export function UserBubble({ message, onEdit }: { message: UserMessage; onEdit(): void }) {
  const { text, sending, sender, note } = message;
  return (
    <li class={`user ${sending}`} data-id={message.id}>
      <span class={`sr-only ${sender === undefined ? '' : 'sender'}`}>{sender ?? 'You'}: </span>
      <p class="bubble">{text}</p>
      {WORDS[sending] && (
        <p class="meta">
          {WORDS[sending]}
          {note && `: ${note}`}
          {sending === 'refused' && (
            <button type="button" onClick={onEdit}>
              Edit
            </button>
          )}
        </p>
      )}
    </li>
  );
}
