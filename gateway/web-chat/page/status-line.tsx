import type { ChatState } from './chat-state.ts';
import type { Connection } from './event-stream.ts';

interface StatusLineProps {
  chat: ChatState;
  connection: Connection;
  onStop(): void;
}

/** What is going on, in words, above the place to write. */
export function StatusLine({ chat, connection, onStop }: StatusLineProps) {
  return (
    <div class="status-line">
      <p role="status" aria-live="polite">
        {wordsFor(chat, connection)}
      </p>
      {chat.status !== 'idle' && connection === 'live' && (
        <button type="button" onClick={onStop}>
          Stop
        </button>
      )}
    </div>
  );
}

function wordsFor({ status, running, waiting, seq }: ChatState, connection: Connection): string {
  if (connection === 'refused') return 'The gateway does not show this conversation. Start a new chat.';
  if (connection === 'connecting' && seq > 0)
    return 'Connection lost. The work goes on; this page will catch up.';
  if (connection !== 'live' || status === 'idle') return '';
  const names = [...new Set(running.map((call) => call.name))].join(', ');
  const doing =
    status === 'awaiting-approval' ? 'Waiting for an approval…' : names ? `Running ${names}…` : 'Working…';
  const queue = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'}.`;
  return doing + queue;
}
