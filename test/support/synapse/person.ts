import {
  ClientEvent,
  createClient,
  Direction,
  type MatrixClient,
  type MatrixEvent,
  Preset,
  SyncState,
} from 'matrix-js-sdk';
import { logger } from 'matrix-js-sdk/lib/logger.js';
import type { RoomMessageEventContent } from 'matrix-js-sdk/lib/types.js';
import { eventually } from '../eventually.ts';

// The SDK writes of homeservers that stop; that they do is what the tests are about.
const quiet = () => {};
Object.assign(logger, { methodFactory: () => quiet });
(logger as unknown as { rebuild(): void }).rebuild();

/** A person with a Matrix client. */
export class Person {
  readonly #client: MatrixClient;

  private constructor(client: MatrixClient) {
    this.#client = client;
  }

  /** Registers at the homeserver, and follows what happens there. */
  static async register(homeserverUrl: string, username: string): Promise<Person> {
    const { user_id: userId, access_token: accessToken = '' } = await createClient({
      baseUrl: homeserverUrl,
    }).registerRequest({
      username,
      password: 'password-of-the-tests',
      auth: { type: 'm.login.dummy' },
    });
    const client = createClient({ baseUrl: homeserverUrl, userId, accessToken });
    const synced = new Promise<void>((resolve) => {
      client.on(ClientEvent.Sync, (state) => {
        if (state === SyncState.Prepared) resolve();
      });
    });
    await client.startClient({ initialSyncLimit: 50 });
    await synced;
    return new Person(client);
  }

  /** Begins a chat with another user, without encryption; returns the room's id. */
  async invite(userId: string): Promise<string> {
    const { room_id: roomId } = await this.#client.createRoom({
      preset: Preset.TrustedPrivateChat,
      is_direct: true,
      invite: [userId],
    });
    return roomId;
  }

  async say(roomId: string, text: string): Promise<void> {
    await this.#client.sendTextMessage(roomId, text);
  }

  /** Sends any message; returns its event id. */
  async send(roomId: string, content: Record<string, unknown>): Promise<string> {
    const { event_id: id } = await this.#client.sendMessage(
      roomId,
      content as unknown as RoomMessageEventContent,
    );
    return id;
  }

  async takeBack(roomId: string, eventId: string): Promise<void> {
    await this.#client.redactEvent(roomId, eventId);
  }

  /** Puts a file into the media repository; returns its `mxc://` URI. */
  async upload(bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<string> {
    const { content_uri: uri } = await this.#client.uploadContent(new Blob([bytes]), { type: mediaType });
    return uri;
  }

  /** Takes another person into a room. */
  async letIn(roomId: string, other: Person): Promise<void> {
    await this.#client.invite(roomId, other.#client.getSafeUserId());
    await other.#client.joinRoom(roomId);
  }

  /** What a user's messages in a room show, oldest first: each as it is after its edits. */
  sees(roomId: string, userId: string): string[] {
    return this.#messages(roomId, userId).map((event) => String(event.getContent().body));
  }

  /** How many messages of a user the homeserver has in a room, edits not counted. */
  async count(roomId: string, userId: string): Promise<number> {
    const { chunk } = await this.#client.createMessagesRequest(roomId, null, 200, Direction.Backward);
    return chunk.filter(
      ({ type, sender, content }) =>
        type === 'm.room.message' && sender === userId && content['m.relates_to']?.rel_type !== 'm.replace',
    ).length;
  }

  /** Waits until what a user's messages show fits. */
  async waitFor(roomId: string, userId: string, fits: (texts: string[]) => boolean): Promise<string[]> {
    return eventually(
      () => {
        const texts = this.sees(roomId, userId);
        if (!fits(texts)) throw new Error(JSON.stringify(texts));
        return texts;
      },
      { ms: 60_000, what: `what ${userId} says` },
    );
  }

  stop(): void {
    this.#client.stopClient();
  }

  #messages(roomId: string, userId: string): MatrixEvent[] {
    const events = this.#client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? [];
    return events.filter(
      (event) =>
        event.getType() === 'm.room.message' &&
        event.getSender() === userId &&
        !event.isRelation('m.replace'),
    );
  }
}
