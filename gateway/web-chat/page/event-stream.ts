import { EventSource } from 'eventsource';
import { call, pathOf } from './api.ts';
import { SERVER_EVENTS, type ServerEvent } from './wire.ts';

/** `refused`: the gateway will not show this conversation; it makes no sense to go on asking. */
export type Connection = 'connecting' | 'live' | 'key-needed' | 'refused';

export interface EventStreamOptions {
  conversation: string;
  /** The cursor to go on from; asked at every connection. */
  after(): number;
  onEvent(event: ServerEvent): void;
  onConnection(connection: Connection): void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 5_000;
/** The gateway sends something every 15 s: a line this silent is dead, as after a laptop's sleep. */
const SILENCE_MS = 40_000;

/** Follows a conversation, connecting again for as long as it takes. Returns how to end it. */
export function followConversation(options: EventStreamOptions): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_DELAY_MS;

  function connect(): void {
    disconnect();
    options.onConnection('connecting');
    const url = new URL(pathOf(options.conversation, `/events?after=${options.after()}`), location.href);
    const opened = new EventSource(url, { fetch: async (input, init) => awake(await call(input, init)) });
    source = opened;
    opened.addEventListener('open', () => {
      delay = FIRST_DELAY_MS;
      options.onConnection('live');
    });
    // Not left to EventSource itself, which waits longer and gives up at a 503.
    opened.addEventListener('error', ({ code }) => (source === opened ? retry(code) : undefined));
    for (const type of SERVER_EVENTS)
      opened.addEventListener(type, ({ data }: MessageEvent) =>
        options.onEvent({ ...JSON.parse(data), type } as ServerEvent),
      );
  }

  function retry(code?: number): void {
    disconnect();
    if (code === 401) return options.onConnection('key-needed');
    if (code !== undefined && code >= 400 && code < 500 && code !== 408 && code !== 429)
      return options.onConnection('refused');
    options.onConnection('connecting');
    timer = setTimeout(connect, delay);
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
  }

  /** Lets the answer pass, and connects again when nothing comes any more. */
  function awake(response: Response): Response {
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(connect, SILENCE_MS);
    };
    if (!response.ok || !response.body) return response;
    watch();
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          watch();
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(body, response);
  }

  function disconnect(): void {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  connect();
  addEventListener('online', connect);
  return () => {
    removeEventListener('online', connect);
    disconnect();
  };
}
