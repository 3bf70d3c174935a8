import type { Connection } from './event-stream.ts';
import { Logo } from './icons.tsx';

const WORDS: Record<Connection, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  'key-needed': 'Key needed',
  refused: 'Not available',
};

interface HeaderProps {
  connection: Connection;
  link: string | undefined;
  onNewChat(): void;
}

export function Header({ connection, link, onNewChat }: HeaderProps) {
  return (
    <header>
      <h1>
        <Logo /> holdfast
      </h1>
      <span class={`connection ${connection}`} role="status">
        {WORDS[connection]}
      </span>
      <nav aria-label="Conversation">
        {link && (
          <a href={link} target="_blank" rel="noopener noreferrer">
            Open in Temporal<span class="sr-only"> (new tab)</span>
          </a>
        )}
        <button type="button" onClick={onNewChat}>
          New chat
        </button>
      </nav>
    </header>
  );
}
