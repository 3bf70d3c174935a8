import { type ApiAnswer, type ApiRequest, FakeApi } from '../fake-api.ts';
import { checkMessage } from './check-message.ts';
import { MatrixError } from './matrix-error.ts';
import { FakeRoom, relationOf } from './room.ts';

export interface FakeHomeserverOptions {
  asToken: string;
  /** The user of the application service. */
  userId: string;
  /** Of the client-server API. */
  versions?: string[];
}

interface Stored {
  bytes: Buffer;
  mediaType: string;
}

type Handler = (request: ApiRequest, ...parts: string[]) => unknown;

const LARGEST_UPLOAD = 10_000_000;

/** A homeserver with one application service: keeps rooms, and refuses what the real one refuses. */
export class FakeHomeserver {
  api!: FakeApi;
  readonly #options: FakeHomeserverOptions;
  readonly #rooms = new Map<string, FakeRoom>();
  readonly #media = new Map<string, Stored>();
  #transactions = new Map<string, string>();
  /** Users that exist. */
  readonly registered = new Set<string>();
  /** Rooms in which the bot shows that it is typing. */
  readonly typing = new Set<string>();

  static async start(options: FakeHomeserverOptions): Promise<FakeHomeserver> {
    const fake = new FakeHomeserver(options);
    fake.api = await FakeApi.start((request) => fake.#act(request));
    return fake;
  }

  private constructor(options: FakeHomeserverOptions) {
    this.#options = options;
  }

  /** The room, which is made if need be. */
  room(id: string, members: Record<string, string | null> = {}): FakeRoom {
    const room = this.#rooms.get(id) ?? new FakeRoom(id);
    this.#rooms.set(id, room);
    for (const [userId, name] of Object.entries(members)) room.joined.set(userId, name);
    return room;
  }

  /** Puts a file into the media repository; returns its `mxc://` URI. */
  store(bytes: Uint8Array, mediaType: string): string {
    const id = crypto.randomUUID().replaceAll('-', '');
    this.#media.set(`fake.test/${id}`, { bytes: Buffer.from(bytes), mediaType });
    return `mxc://fake.test/${id}`;
  }

  mediaOf(uri: string): Stored | undefined {
    return this.#media.get(uri.replace('mxc://', ''));
  }

  /** Forgets which transactions it has seen, as a homeserver does when it restarts. */
  restart(): void {
    this.#transactions = new Map();
  }

  /** For faults: what shows something. */
  readonly isSend = ({ path }: ApiRequest): boolean => path.includes('/send/') || path.endsWith('/upload');

  close(): Promise<void> {
    return this.api.close();
  }

  #act(request: ApiRequest): ApiAnswer {
    try {
      const result = this.#answer(request);
      return isAnswer(result) ? result : { status: 200, body: result };
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
      return { status: error.status, body: { errcode: error.errcode, error: error.message } };
    }
  }

  #answer(request: ApiRequest): unknown {
    const routes = ROUTES.filter(([, pattern]) => pattern.test(request.path));
    if (routes.length === 0) throw new MatrixError(404, 'M_UNRECOGNIZED', 'Unrecognized request');
    const route = routes.find(([method]) => method === request.method);
    if (!route) throw new MatrixError(405, 'M_UNRECOGNIZED', 'Unrecognized request');
    const [, pattern, name] = route;
    if (name !== 'oldDownload') this.#checkToken(request);
    const parts = pattern.exec(request.path)?.slice(1).map(decodeURIComponent) ?? [];
    return this.#handlers[name](request, ...parts);
  }

  #checkToken({ headers, query }: ApiRequest): void {
    const { asToken, userId } = this.#options;
    if (headers.authorization === undefined)
      throw new MatrixError(401, 'M_MISSING_TOKEN', 'Missing access token');
    if (headers.authorization !== `Bearer ${asToken}`)
      throw new MatrixError(401, 'M_UNKNOWN_TOKEN', 'Invalid access token passed.');
    const asserted = query.get('user_id');
    if (asserted !== null && asserted !== userId)
      throw new MatrixError(403, 'M_FORBIDDEN', 'Application service cannot masquerade as this user');
  }

  #joinedRoom(id: string | undefined): FakeRoom {
    const room = this.#rooms.get(id ?? '');
    if (!room?.joined.has(this.#options.userId))
      throw new MatrixError(403, 'M_FORBIDDEN', `User ${this.#options.userId} not in room ${id}`);
    return room;
  }

  readonly #handlers: Record<Route, Handler> = {
    versions: () => ({ versions: this.#options.versions ?? ['v1.1', 'v1.11', 'v1.12'] }),

    joinedRooms: () => {
      const ours = [...this.#rooms.values()].filter(({ joined }) => joined.has(this.#options.userId));
      return { joined_rooms: ours.map(({ id }) => id) };
    },

    members: (_, roomId) => {
      const { joined } = this.#joinedRoom(roomId);
      const members = [...joined].map(([userId, name]) => [userId, { display_name: name, avatar_url: null }]);
      return { joined: Object.fromEntries(members) };
    },

    send: (request, roomId, type, transactionId) => {
      const content = jsonOf(request);
      const room = this.#joinedRoom(roomId);
      const known = this.#transactions.get(request.path);
      if (known !== undefined) return { event_id: known };
      if (type !== 'm.room.message' || transactionId === undefined)
        throw new MatrixError(400, 'M_UNKNOWN', `the fake takes no ${type}`);
      checkMessage(room, content, (uri) => this.mediaOf(uri) !== undefined);
      const event = room.add(this.#options.userId, content);
      this.#transactions.set(request.path, event.event_id);
      return { event_id: event.event_id };
    },

    event: (_, roomId, eventId) => {
      const room = this.#joinedRoom(roomId);
      const event = room.find(eventId);
      if (!event) throw new MatrixError(404, 'M_NOT_FOUND', 'Event not found.');
      return event;
    },

    relations: ({ query }, roomId, eventId, type) => {
      const related = this.#joinedRoom(roomId).events.filter(({ content }) => {
        const relation = relationOf(content);
        return relation.rel_type === type && relation.event_id === eventId;
      });
      return { chunk: related.toReversed().slice(0, Number(query.get('limit') ?? 5)) };
    },

    messages: ({ query }, roomId) => {
      const room = this.#joinedRoom(roomId);
      if (query.get('dir') !== 'b') throw new MatrixError(400, 'M_MISSING_PARAM', 'dir');
      const { types, senders }: { types?: string[]; senders?: string[] } = JSON.parse(
        query.get('filter') ?? '{}',
      );
      const chunk = room.events
        .filter(({ type, sender }) => (types?.includes(type) ?? true) && (senders?.includes(sender) ?? true))
        .toReversed()
        .slice(0, Number(query.get('limit') ?? 10));
      return { start: 't1', chunk };
    },

    typing: (request, roomId, userId) => {
      const { typing, timeout, ...more } = jsonOf(request);
      if (typeof typing !== 'boolean' || typeof timeout !== 'number' || Object.keys(more).length > 0)
        throw new MatrixError(400, 'M_BAD_JSON', 'typing, timeout');
      if (userId !== this.#options.userId)
        throw new MatrixError(400, 'M_FORBIDDEN', 'Cannot set another user');
      this.typing.add(this.#joinedRoom(roomId).id);
      return {};
    },

    join: (request, roomId) => {
      jsonOf(request);
      const { userId } = this.#options;
      const room = this.#rooms.get(roomId ?? '');
      if (!room) throw new MatrixError(404, 'M_UNKNOWN', "Can't join remote room because no servers know it");
      if (!room.invited.delete(userId) && !room.joined.has(userId))
        throw new MatrixError(403, 'M_FORBIDDEN', 'You are not invited to this room.');
      room.joined.set(userId, null);
      return { room_id: room.id };
    },

    register: (request) => {
      const { type, username, inhibit_login: noLogin } = jsonOf(request);
      if (type !== 'm.login.application_service' || noLogin !== true)
        throw new MatrixError(400, 'M_APPSERVICE_LOGIN_UNSUPPORTED', 'inhibit_login');
      const user = `@${String(username)}${this.#options.userId.replace(/^[^:]*/, '')}`;
      if (this.registered.has(user)) throw new MatrixError(400, 'M_USER_IN_USE', 'User ID already taken.');
      this.registered.add(user);
      return { user_id: user };
    },

    upload: ({ headers, body, query }) => {
      if (!headers['content-type'] || !query.get('filename'))
        throw new MatrixError(400, 'M_UNKNOWN', 'Content-Type and filename');
      if (body.length > LARGEST_UPLOAD)
        throw new MatrixError(413, 'M_TOO_LARGE', 'Upload request body is too large');
      return { content_uri: this.store(body, headers['content-type']) };
    },

    download: (_, server, id) => this.#file(`${server}/${id}`),
    oldDownload: (_, server, id) => {
      if (this.#options.versions?.includes('v1.11') ?? true)
        throw new MatrixError(404, 'M_NOT_FOUND', 'Media is only given with a token');
      return this.#file(`${server}/${id}`);
    },
  };

  #file(key: string): ApiAnswer {
    const stored = this.#media.get(key);
    if (!stored) throw new MatrixError(404, 'M_NOT_FOUND', 'Not found');
    return { status: 200, body: stored.bytes, headers: { 'content-type': stored.mediaType } };
  }
}

const CLIENT = '/_matrix/client/v3';
const ROUTES = [
  ['GET', /^\/_matrix\/client\/versions$/, 'versions'],
  ['GET', new RegExp(`^${CLIENT}/joined_rooms$`), 'joinedRooms'],
  ['GET', new RegExp(`^${CLIENT}/rooms/([^/]+)/joined_members$`), 'members'],
  ['PUT', new RegExp(`^${CLIENT}/rooms/([^/]+)/send/([^/]+)/([^/]+)$`), 'send'],
  ['GET', new RegExp(`^${CLIENT}/rooms/([^/]+)/event/([^/]+)$`), 'event'],
  ['GET', new RegExp(`^${CLIENT}/rooms/([^/]+)/messages$`), 'messages'],
  ['GET', /^\/_matrix\/client\/v1\/rooms\/([^/]+)\/relations\/([^/]+)\/([^/]+)$/, 'relations'],
  ['PUT', new RegExp(`^${CLIENT}/rooms/([^/]+)/typing/([^/]+)$`), 'typing'],
  ['POST', new RegExp(`^${CLIENT}/join/([^/]+)$`), 'join'],
  ['POST', new RegExp(`^${CLIENT}/register$`), 'register'],
  ['POST', /^\/_matrix\/media\/v3\/upload$/, 'upload'],
  ['GET', /^\/_matrix\/client\/v1\/media\/download\/([^/]+)\/([^/]+)$/, 'download'],
  ['GET', /^\/_matrix\/media\/v3\/download\/([^/]+)\/([^/]+)$/, 'oldDownload'],
] as const satisfies [string, RegExp, string][];
type Route = (typeof ROUTES)[number][2];

function jsonOf({ headers, body }: ApiRequest): Record<string, unknown> {
  if (headers['content-type'] !== 'application/json')
    throw new MatrixError(400, 'M_NOT_JSON', 'Content not JSON.');
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    throw new MatrixError(400, 'M_NOT_JSON', 'Content not JSON.');
  }
}

function isAnswer(value: unknown): value is ApiAnswer {
  return typeof value === 'object' && value !== null && 'status' in value;
}
