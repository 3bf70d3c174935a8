import { readFileSync } from 'node:fs';
import { createMatrix, type MatrixOptions } from '../../../platforms/matrix/matrix.ts';
import type { OutboundContext, Received, WebhookRequest } from '../../../platforms/platform.ts';
import { FakeHomeserver, type FakeHomeserverOptions } from '../../fakes/matrix/homeserver.ts';
import type { FakeEvent } from '../../fakes/matrix/room.ts';

export const BOT = '@holdfast:example.org';
export const ANN = '@ann:example.org';
export const BOB = '@bob:example.org';
/** The room of the fixtures. */
export const ROOM = '!jEsUZKDJdhlrceRyVU:example.org';
const HS_TOKEN = 'hs-token';

/** A homeserver and the platform at it. */
export async function startMatrix(
  options: Partial<MatrixOptions> = {},
  homeserver: Partial<FakeHomeserverOptions> = {},
) {
  const fake = await FakeHomeserver.start({ asToken: 'as-token', userId: BOT, ...homeserver });
  const platform = createMatrix({
    homeserverUrl: fake.api.url,
    asToken: 'as-token',
    hsToken: HS_TOKEN,
    userId: BOT,
    ...options,
  });
  const take = async (...events: unknown[]): Promise<Received['messages']> => {
    const body = JSON.stringify({ events });
    return (await platform.inbound.receive(matrixRequest('PUT', 'transactions/7', body))).messages;
  };
  return {
    fake,
    platform,
    take,
    /** The messages of `test/fixtures/matrix/{name}.json`. */
    fixture: (name: string) => take(...eventsOf(name)),
    /** Ann, Bob and the bot, if `people` is not given. */
    room: (people: Record<string, string | null> = { [ANN]: 'Ann', [BOB]: 'Bob' }, id = ROOM) =>
      fake.room(id, { [BOT]: 'Hold Fast', ...people }),
    context: (more: Partial<OutboundContext> = {}): OutboundContext => ({
      conversation: ROOM,
      key: 'run.t1.0',
      knownMessageIds: [],
      signal: new AbortController().signal,
      ...more,
    }),
  };
}

export function eventsOf(name: string): FakeEvent[] {
  const file = new URL(`../../fixtures/matrix/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { events: FakeEvent[] }).events;
}

export function matrixRequest(method: string, path: string, body = '', token = HS_TOKEN): WebhookRequest {
  return {
    method,
    url: new URL(`http://gateway/webhooks/matrix/_matrix/app/v1/${path}`),
    headers: new Headers({ authorization: `Bearer ${token}` }),
    body: Buffer.from(body),
  };
}
