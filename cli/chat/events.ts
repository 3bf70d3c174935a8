import { setTimeout as sleep } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import { Agent, fetch } from 'undici';
import { SERVER_EVENTS, type ServerEvent } from '../../gateway/web-chat/page/wire.ts';
import { addressOf, headersOf, isRefusal, type Link, refusal } from './link.ts';

export interface Listener {
  onEvent(event: ServerEvent): void;
  onConnection(isOpen: boolean): void;
}

const RETRY_MS = 500;
/** The gateway sends something every 15 s: a line this silent is dead, as after a laptop's sleep. */
const SILENCE_MS = 40_000;

/**
 * Hears the events of a conversation after a cursor until `stop`, connecting again from the last durable one for as long as it takes.
 * Throws a UserError where the gateway refuses.
 */
export async function hear(link: Link, after: number, listener: Listener, stop: AbortSignal): Promise<void> {
  const dispatcher = new Agent({ bodyTimeout: SILENCE_MS });
  let cursor = after;
  const connect = () => {
    const headers = { ...headersOf(link), 'last-event-id': String(cursor) };
    const source = new EventSource(addressOf(link, '/events'), {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...headers }, dispatcher }),
    });
    const lost = new Promise<{ code?: number | undefined; message?: string | undefined }>((resolve) => {
      source.addEventListener('error', resolve);
      stop.addEventListener('abort', () => resolve({}), { once: true });
    });
    source.addEventListener('open', () => listener.onConnection(true));
    for (const type of SERVER_EVENTS)
      source.addEventListener(type, ({ data, lastEventId }: MessageEvent) => {
        cursor = Math.max(cursor, Number(lastEventId) || 0);
        listener.onEvent({ ...JSON.parse(data), type });
      });
    // Not left to EventSource itself, which gives up at a 503.
    return lost.finally(() => source.close());
  };
  while (!stop.aborted) {
    const { code, message = '' } = await connect();
    if (code !== undefined && isRefusal(code)) throw refusal(code, message);
    if (stop.aborted) break;
    listener.onConnection(false);
    await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => {});
  }
  await dispatcher.destroy();
}
