import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { readEnvironment } from '../../config/environment.ts';
import { readId } from '../conversations/open.ts';
import type { Terminal } from '../terminal.ts';
import { UserError } from '../user-error.ts';
import { hear, type Listener } from './events.ts';
import { latestCursor } from './latest-cursor.ts';
import type { Link } from './link.ts';
import { Outbox } from './outbox.ts';
import { Speech } from './speech.ts';

const CLEAR_LINE = '\r\u001b[K';

export interface ChatOptions {
  /** Base URL of the gateway; by default where `npm start` has it here. */
  url?: string;
  /** Where it says how the connection is. */
  aside: Terminal;
  terminal: Terminal;
}

/**
 * `chat`: a conversation on the terminal, by the gateway's HTTP API: live, and through the death of whatever. Without somebody to type, it
 * ends when all lines are answered. Throws UserError.
 */
export async function chat(
  env: NodeJS.ProcessEnv,
  given: string | undefined,
  { url, aside, terminal }: ChatOptions,
): Promise<void> {
  const environment = readEnvironment(env);
  const { workflowId: conversation } = readId(given ?? `chat-${randomBytes(4).toString('hex')}`);
  const base = url ?? `http://127.0.0.1:${environment.PORT}`;
  if (!/^https?:/.test(URL.parse(base)?.protocol ?? ''))
    throw new UserError('--url: must be the address of a gateway, for instance https://bot.example.com');
  const link: Link = { url: base.replace(/\/+$/, ''), key: environment.HOLDFAST_API_KEYS[0], conversation };
  const stop = new AbortController();
  const outbox = new Outbox(link, stop.signal);
  const speech = new Speech({ paint: terminal.paint, isOwn: (id) => outbox.isOwn(id) });
  const { stdin, stdout } = process;
  const isTyped = stdin.isTTY;
  const lines = createInterface({ input: stdin, prompt: '> ', ...(isTyped ? { output: stdout } : {}) });

  aside.line(`${conversation} at ${link.url}. /help lists commands; Ctrl-C leaves, and what runs goes on.`);
  let isPrompted = false;
  const prompt = () => {
    if (isTyped) lines.prompt(true);
    isPrompted = isTyped;
  };
  const write = (text: string) => {
    // What is being typed is written again below it.
    stdout.write(isPrompted ? CLEAR_LINE + text : text);
    isPrompted = false;
  };
  let wasLost = false;
  const listener: Listener = {
    onEvent(event) {
      const text = speech.of(event);
      if (text !== '') write(text);
      if (event.type === 'reply') outbox.answered(event.answers);
      if (event.type === 'status' && event.status !== 'running') prompt();
    },
    onConnection(isOpen) {
      if (isOpen === wasLost)
        aside.line(isOpen ? 'Connected again.' : 'The gateway does not answer; connecting again …');
      wasLost = !isOpen;
    },
  };
  const typing = new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      isPrompted = false;
      if (line.trim() !== '')
        outbox.send(line).catch((error: Error) => (isTyped ? aside.line(error.message) : reject(error)));
    });
    lines.on('SIGINT', resolve);
    lines.on('close', () => {
      if (isTyped) resolve();
      else void outbox.allAnswered().then(resolve);
    });
  });
  prompt();
  const hearing = latestCursor(link).then((after) => hear(link, after, listener, stop.signal));
  try {
    await Promise.race([typing, hearing]);
  } finally {
    stop.abort();
    lines.close();
  }
}
