import { useState } from 'preact/hooks';
import { Logo } from '../../web-chat/page/icons.tsx';
import { type Filter, session, signOut } from './api.ts';
import { ConversationList } from './conversation-list.tsx';
import { ConversationPane } from './conversation-pane.tsx';
import { Filters } from './filters.tsx';
import { SignIn } from './sign-in.tsx';
import { useOverview } from './use-overview.ts';
import { useSelected } from './use-selected.ts';
import { WaitingApprovals } from './waiting-approvals.tsx';

/** The page: all conversations on one side, the chosen one on the other; on a phone one after the other. */
export function App() {
  const [filter, setFilter] = useState<Filter>({ platform: '', status: '', sender: '' });
  const [signIns, setSignIns] = useState(0);
  const [selected, select] = useSelected();
  const { conversations, waiting, problem, keyNeeded } = useOverview(filter, signIns);
  const lookAgain = () => setSignIns(signIns + 1);
  if (keyNeeded) return <SignIn onSignedIn={lookAgain} />;
  return (
    <div class="operate" data-open={selected !== undefined}>
      <aside class="overview" aria-label="Overview">
        <header>
          <h1>
            <Logo /> holdfast <span class="where">operate</span>
          </h1>
          {session.isOpen() && (
            <nav aria-label="Session">
              <button type="button" onClick={() => void signOut().then(lookAgain)}>
                Sign out
              </button>
            </nav>
          )}
        </header>
        {problem !== undefined && (
          <p class="problem" role="status">
            {problem}
          </p>
        )}
        <Filters filter={filter} onFilter={setFilter} />
        <div class="scroller">
          <WaitingApprovals waiting={waiting} onSelect={select} />
          <ConversationList conversations={conversations} selected={selected} onSelect={select} />
        </div>
      </aside>
      {selected === undefined ? (
        <main class="nothing">
          <p>Choose a conversation to read along, to write in it, or to stop it.</p>
        </main>
      ) : (
        <ConversationPane
          key={`${selected} ${signIns}`}
          conversation={selected}
          listed={conversations?.find(({ conversation }) => conversation === selected)}
          onBack={() => select()}
        />
      )}
    </div>
  );
}
