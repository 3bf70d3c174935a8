import { useEffect } from 'preact/hooks';
import { type Item, inOrder, type UserMessage } from './chat-state.ts';
import { DownIcon } from './icons.tsx';
import { ReplyBubble, Waiting } from './reply-bubble.tsx';
import type { Chat } from './use-chat.ts';
import { useStickToBottom } from './use-stick-to-bottom.ts';
import { UserBubble } from './user-bubble.tsx';
import { Welcome } from './welcome.tsx';

interface TranscriptProps {
  chat: Chat;
  /** It is not known yet whether there is anything to show. */
  loading: boolean;
  /** A refused message was taken back: this is its text. */
  onEdit(text: string): void;
}

export function Transcript({ chat: { state: chat, send, discard }, loading, onEdit }: TranscriptProps) {
  const { scroller, content, stuck, toBottom } = useStickToBottom();
  const newest = chat.outbox.at(-1)?.id;
  useEffect(toBottom, [newest]);
  const items = inOrder(chat);
  const onTheWay = new Set(
    chat.outbox.filter(({ sending }) => sending !== 'refused').map(({ text }) => text),
  );
  const unanswered =
    items.at(-1)?.kind === 'user' && !items.some((item) => item.kind === 'reply' && !item.end);
  return (
    <main ref={scroller} aria-label="Conversation">
      <div ref={content} class="content">
        {items.length === 0 && !loading && <Welcome onExample={send} />}
        <ol class="items">
          {items.map((item, index) => (
            <ItemView
              key={keyOf(item)}
              item={item}
              onTheWay={onTheWay}
              onEdit={({ id, text }) => {
                discard(id);
                onEdit(text);
              }}
              onDecision={send}
              onChoice={index === items.length - 1 ? send : undefined}
            />
          ))}
          {chat.status === 'running' && unanswered && <Waiting key="waiting" />}
        </ol>
      </div>
      {!stuck && (
        <button type="button" class="to-bottom" aria-label="Go to the newest message" onClick={toBottom}>
          <DownIcon />
        </button>
      )}
    </main>
  );
}

interface ItemProps {
  item: Item;
  onTheWay: ReadonlySet<string>;
  /** A button under the newest reply was pressed. */
  onChoice: ((value: string) => void) | undefined;
  /** A button of a request for approval was pressed. */
  onDecision(value: string): void;
  onEdit(message: UserMessage): void;
}

function ItemView({ item, onEdit, ...answering }: ItemProps) {
  if (item.kind === 'user') return <UserBubble message={item} onEdit={() => onEdit(item)} />;
  if (item.kind === 'reply') return <ReplyBubble reply={item} {...answering} />;
  return <li class="divider">New conversation: what is above is forgotten</li>;
}

function keyOf(item: Item): string {
  return item.kind === 'user' ? `message-${item.id}` : item.key;
}
