/** An event as the client-server API gives it. */
export interface FakeEvent {
  type: string;
  event_id: string;
  room_id: string;
  sender: string;
  origin_server_ts: number;
  content: Record<string, unknown>;
  state_key?: string;
  unsigned: Record<string, unknown>;
}

export interface Relation {
  rel_type?: string;
  event_id?: string;
}

/** A room with its members and timeline. */
export class FakeRoom {
  readonly id: string;
  /** Display names by user id; null without one. */
  readonly joined = new Map<string, string | null>();
  readonly invited = new Set<string>();
  readonly events: FakeEvent[] = [];

  constructor(id: string) {
    this.id = id;
  }

  find(eventId: string | undefined): FakeEvent | undefined {
    return this.events.find(({ event_id: id }) => id === eventId);
  }

  add(
    sender: string,
    content: Record<string, unknown>,
    type = 'm.room.message',
    stateKey?: string,
  ): FakeEvent {
    const event: FakeEvent = {
      type,
      // As in rooms of the versions that people have: base64 of a hash.
      event_id: `$${crypto.randomUUID().replaceAll('-', '_')}event_of_a_room`,
      room_id: this.id,
      sender,
      origin_server_ts: Date.now(),
      content,
      ...(stateKey !== undefined && { state_key: stateKey }),
      unsigned: {},
    };
    this.events.push(event);
    return event;
  }

  /** The content that a message has now, after its latest edit. */
  current(event: FakeEvent): Record<string, unknown> {
    const edit = this.events.findLast(({ content, sender }) => {
      const relation = relationOf(content);
      return (
        relation.rel_type === 'm.replace' && relation.event_id === event.event_id && sender === event.sender
      );
    });
    return (edit?.content['m.new_content'] as Record<string, unknown> | undefined) ?? event.content;
  }

  /** Messages of a user, oldest first, each as it is now. */
  messagesOf(sender: string): Record<string, unknown>[] {
    return this.events
      .filter(
        (event) =>
          event.type === 'm.room.message' &&
          event.sender === sender &&
          relationOf(event.content).rel_type !== 'm.replace' &&
          'body' in event.content,
      )
      .map((event) => this.current(event));
  }

  /** Strips an event as a redaction does. */
  redact(eventId: string, redaction: FakeEvent): void {
    const event = this.find(eventId);
    if (event) Object.assign(event, { content: {}, unsigned: { redacted_because: redaction } });
  }
}

export function relationOf(content: Record<string, unknown>): Relation {
  return (content['m.relates_to'] as Relation | undefined) ?? {};
}
