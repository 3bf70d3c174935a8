import type { ListedConversation } from '../../listed-conversation.ts';
import { addressOf } from './use-selected.ts';

const ORDER = ['awaiting-approval', 'running', 'idle'];
const WORDS: Partial<Record<string, string>> = {
  'awaiting-approval': 'waits for approval',
  running: 'running',
};

interface ConversationListProps {
  conversations: ListedConversation[] | undefined;
  selected: string | undefined;
  onSelect(conversation: string): void;
}

/** All conversations: those that need somebody first, then those where something goes on. */
export function ConversationList({ conversations, selected, onSelect }: ConversationListProps) {
  if (!conversations) return <p class="hint">Looking…</p>;
  if (conversations.length === 0) return <p class="hint">There is no such conversation.</p>;
  const urgency = ({ status }: ListedConversation) => ORDER.indexOf(status) >>> 0;
  const sorted = conversations.toSorted((one, other) => urgency(one) - urgency(other));
  return (
    <ul class="conversations" aria-label="Conversations">
      {sorted.map((listed) => (
        <li key={listed.conversation}>
          <a
            href={addressOf(listed.conversation)}
            aria-current={listed.conversation === selected ? 'page' : undefined}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              onSelect(listed.conversation);
            }}
          >
            <span class={`state ${listed.status}`} />
            <span class="title">{titleOf(listed)}</span>
            <span class="about">{aboutOf(listed)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Who one talks with there, or else what the platform calls the place. */
export function titleOf({
  conversation,
  senders,
}: Pick<ListedConversation, 'conversation' | 'senders'>): string {
  const names = senders.map(({ id, name }) => name ?? id).toReversed();
  const more = names.length > 2 ? ` and ${names.length - 2} more` : '';
  return names.length > 0 ? names.slice(0, 2).join(', ') + more : placeIn(conversation);
}

function aboutOf({ conversation, platform, turns, status, senders }: ListedConversation): string {
  const place = senders.length > 0 ? placeIn(conversation) : '';
  const count = `${turns} ${turns === 1 ? 'turn' : 'turns'}`;
  return [platform, place, count, WORDS[status]].filter(Boolean).join(' · ');
}

function placeIn(conversation: string): string {
  return conversation.slice(conversation.indexOf('/') + 1);
}
