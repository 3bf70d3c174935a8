import { eventually } from './eventually.ts';

/** One server-sent event; only what is durable has an id. */
export interface LoggedEvent {
  id?: string;
  type: string;
  data: Record<string, unknown> & { seq?: number; text?: string };
}

/** A connection to a conversation's events, with all that came over it. It does not connect again by itself. */
export class EventLog {
  readonly events: LoggedEvent[] = [];
  /** The other side has ended the connection. */
  ended = false;
  readonly #stop = new AbortController();

  /** Resolves when the stream is open; throws with the status if it is refused. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<EventLog> {
    const log = new EventLog();
    const response = await fetch(url, { headers, signal: log.#stop.signal });
    if (!response.ok || !response.body) throw new Error(`${response.status}`);
    void log
      .#read(response.body)
      .catch(() => {})
      .finally(() => {
        log.ended = true;
      });
    return log;
  }

  of(type: string): LoggedEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  get durable(): LoggedEvent[] {
    return this.events.filter(({ id }) => id !== undefined);
  }

  get cursors(): number[] {
    return this.durable.map(({ id }) => Number(id));
  }

  /** Resolves when that many events of the type have come. */
  async saw(type: string, times = 1): Promise<LoggedEvent[]> {
    await eventually(() => this.of(type).length >= times, { what: `${times} ${type} events` });
    return this.of(type);
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
    const data = fields.get('data');
    // Without data it is a comment, which keeps the connection alive.
    if (data === undefined) return;
    const id = fields.get('id');
    this.events.push({
      type: fields.get('event') ?? 'message',
      data: JSON.parse(data),
      ...(id === undefined ? {} : { id }),
    });
  }
}
