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

  /** Messages of a user, oldest first, each as it is now: after its latest edit. A user's own edits alone count. */
  messagesOf(sender: string): Record<string, unknown>[] {
    const messages = new Map<string | undefined, Record<string, unknown>>();
    for (const { type, event_id: id, content, sender: by } of this.events) {
      if (type !== 'm.room.message' || by !== sender) continue;
      const { rel_type: relation, event_id: edited } = relationOf(content);
      const now = content['m.new_content'] as Record<string, unknown> | undefined;
      if (relation !== 'm.replace') {
        if ('body' in content) messages.set(id, content);
      } else if (now && messages.has(edited)) messages.set(edited, now);
    }
    return [...messages.values()];
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
