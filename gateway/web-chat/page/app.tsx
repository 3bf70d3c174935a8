import { useEffect, useRef, useState } from 'preact/hooks';
import { Composer, type ComposerHandle } from './composer.tsx';
import { currentConversation, newConversation } from './conversation.ts';
import { Header } from './header.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { StatusLine } from './status-line.tsx';
import { Transcript } from './transcript.tsx';
import { useChat } from './use-chat.ts';

/** The page: one conversation at a time, named in the address. */
export function App() {
  const [conversation, setConversation] = useState(currentConversation);
  useEffect(() => {
    const follow = () => setConversation(currentConversation());
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  return (
    <Conversation
      key={conversation}
      conversation={conversation}
      onNewChat={() => setConversation(newConversation())}
    />
  );
}

function Conversation({ conversation, onNewChat }: { conversation: string; onNewChat(): void }) {
  const chat = useChat(conversation);
  const composer = useRef<ComposerHandle>(null);
  return (
    <div class="page">
      <Header connection={chat.connection} link={chat.link} onNewChat={onNewChat} />
      <Transcript
        chat={chat}
        loading={chat.connection !== 'live' && chat.state.seq === 0}
        onEdit={(text) => composer.current?.write(text)}
      />
      <footer>
        <StatusLine chat={chat.state} connection={chat.connection} onStop={() => chat.send('/stop')} />
        <Composer handle={composer} onSend={chat.send} />
      </footer>
      <p class="sr-only" role="status" data-testid="announcement">
        {chat.announcement}
      </p>
      {chat.keyNeeded && <KeyDialog onKey={chat.giveKey} />}
    </div>
  );
}
