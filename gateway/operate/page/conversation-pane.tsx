import { useRef, useState } from 'preact/hooks';
import type { ListedConversation } from '../../listed-conversation.ts';
import { Composer, type ComposerHandle } from '../../web-chat/page/composer.tsx';
import { StatusLine } from '../../web-chat/page/status-line.tsx';
import { Transcript } from '../../web-chat/page/transcript.tsx';
import { useChat } from '../../web-chat/page/use-chat.ts';
import { reset, stop } from './api.ts';
import { titleOf } from './conversation-list.tsx';

interface ConversationPaneProps {
  conversation: string;
  /** As it is listed, where it is. */
  listed: ListedConversation | undefined;
  onBack(): void;
}

/** One conversation, live, as in the web chat: to read along, to write in it as the operator, to stop it and to reset it. */
export function ConversationPane({ conversation, listed, onBack }: ConversationPaneProps) {
  const chat = useChat(conversation);
  const composer = useRef<ComposerHandle>(null);
  const [problem, setProblem] = useState<string>();
  const act = (action: (conversation: string) => Promise<unknown>) => () =>
    void action(conversation).then(
      () => setProblem(undefined),
      (error: Error) => setProblem(error.message),
    );
  return (
    <div class="page pane">
      <header>
        <button type="button" class="back" aria-label="Back to all conversations" onClick={onBack}>
          ‹
        </button>
        <div class="heading">
          <h2>{titleOf(listed ?? { conversation, senders: [] })}</h2>
          <p>{conversation}</p>
        </div>
        <nav aria-label="Conversation">
          {chat.link && (
            <a href={chat.link} target="_blank" rel="noopener noreferrer">
              <span class="wide">Open in </span>Temporal<span class="sr-only"> (new tab)</span>
            </a>
          )}
          <Reset onReset={act(reset)} />
        </nav>
      </header>
      <Transcript chat={chat} loading onEdit={(text) => composer.current?.write(text)} />
      <footer>
        {problem !== undefined && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <StatusLine chat={chat.state} connection={chat.connection} onStop={act(stop)} />
        <Composer handle={composer} placeholder="Write as the operator" onSend={chat.send} />
      </footer>
    </div>
  );
}

/** Asks before the agent forgets what was said. */
function Reset({ onReset }: { onReset(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>
        Reset
      </button>
      <dialog ref={dialog} aria-labelledby="reset-title">
        <h2 id="reset-title">Start afresh?</h2>
        <p>The agent forgets what was said here, and says so. It stays in Temporal.</p>
        <div class="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button
            type="button"
            class="sure"
            onClick={() => {
              dialog.current?.close();
              onReset();
            }}
          >
            Start afresh
          </button>
        </div>
      </dialog>
    </>
  );
}
