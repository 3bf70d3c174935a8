import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { createPlatforms } from '../../../config/platforms.ts';
import { workflowIdOf } from '../../../contract/conversation-id.ts';
import type { InboundMessage } from '../../../contract/message.ts';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import type { Rig } from '../../fakes/rig.ts';
import { RIGS } from '../../fakes/rigs.ts';
import { type Recorded, recordedBodies } from './bodies.ts';
import { type Edit, edits, mutateJson, mutateXml } from './mutate.ts';
import { type StandInGateway, standInGateway } from './stand-in-gateway.ts';

/** `FUZZ_RUNS` runs it for longer. At a failure the seed is printed; `FUZZ_SEED` runs that again. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 120);
const seed = process.env['FUZZ_SEED'];
const parameters = {
  numRuns: RUNS,
  interruptAfterTimeLimit: 40_000,
  ...(seed !== undefined && { seed: Number(seed) }),
};

/** No request takes longer; a busy machine needs some of it. */
const MOST_MS = 3_000;

describe.each(Object.entries(RIGS))('any request to the webhook of %s', (name, start) => {
  let rig: Rig;
  let gateway: StandInGateway;
  let recorded: Recorded[];

  beforeAll(async () => {
    rig = await start();
    const platform = (await createPlatforms(readEnvironment(rig.env))).get(name);
    if (!platform) throw new Error(`the variables of the rig do not switch ${name} on`);
    gateway = standInGateway(platform);
    recorded = recordedBodies(name);
    // Places and people that the recordings speak of exist, and what the platform is asked once has been.
    await gateway.send(await rig.say(1, 'Hello'));
    gateway.takeStored();
  });
  afterAll(() => rig?.close());

  /** Sends it, and checks what holds for every request. Returns the status. */
  async function send(request: WebhookRequest): Promise<number> {
    const from = performance.now();
    const response = await gateway.send(request);
    const body = await response.text();
    expect(performance.now() - from, 'ms').toBeLessThan(MOST_MS);
    expect(gateway.takeUnforeseen()).toEqual([]);
    expect(response.status, body).toBeLessThan(500);
    if (response.status >= 400)
      expect(JSON.parse(body)).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
    const stored = gateway.takeStored();
    for (const { workflowId, message } of stored) {
      expect(workflowIdOf({ platform: name, conversation: workflowId.slice(name.length + 1) })).toBe(
        workflowId,
      );
      expectWithinLimits(message);
    }
    for (const secret of rig.secrets) expect(body).not.toContain(secret);
    if (stored.length > 0) taken += 1;
    return response.status;
  }
  let taken = 0;

  async function signed(body: string, contentType?: string): Promise<WebhookRequest> {
    const request = await rig.sign(body);
    if (contentType !== undefined) request.headers.set('content-type', contentType);
    return request;
  }

  const changed = ({ form, body, wrap = String }: Recorded, changes: Edit[]) =>
    wrap(form === 'xml' ? mutateXml(body, changes) : mutateJson(body, changes));
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.json());

  it('is read as recorded', async () => {
    taken = 0;
    for (const { body, wrap = String, contentType } of recorded)
      expect(await send(await signed(wrap(body), contentType))).toBeLessThan(300);
    expect(taken).toBeGreaterThan(0);
  });

  it('with a recorded body that is changed anywhere, and rightly signed', async () => {
    taken = 0;
    const any = fc.asyncProperty(fc.nat(), edits, async (which, changes) => {
      const one = recorded[which % recorded.length];
      if (!one) throw new Error('nothing is recorded');
      await send(await signed(changed(one, changes), one.contentType));
    });
    await fc.assert(any, { ...parameters, numRuns: 3 * RUNS });
    // Otherwise only refusals were tested.
    expect(taken).toBeGreaterThan(RUNS / 10);
  });

  it('with any text for a body, rightly signed', async () => {
    const types = fc.constantFrom(...new Set(recorded.map(({ contentType }) => contentType)));
    await fc.assert(
      fc.asyncProperty(text, types, async (body, type) => void (await send(await signed(body, type)))),
      parameters,
    );
  });

  it('with any bytes for a body is 401 without a signature, and never acted on', async () => {
    const any = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      taken = 0;
      const { method, url } = await rig.sign('');
      const bare = new URL(url.pathname, url);
      expect(await send({ method, url: bare, headers: new Headers(), body: bytes })).toBe(401);
      if (!rig.signsBody) await send({ ...(await rig.sign('')), body: bytes });
      expect(taken).toBe(0);
    });
    await fc.assert(any, parameters);
  });

  it('is 401 with a signature by another secret, whatever the body', async () => {
    const any = fc.asyncProperty(fc.nat(), edits, text, async (which, changes, other) => {
      const one = recorded[which % recorded.length];
      const body = which % 2 === 0 || !one ? other : changed(one, changes);
      expect(await send(await rig.forge(await signed(body)))).toBe(401);
    });
    await fc.assert(any, parameters);
  });
});

/** The limits of what is kept of a message, told anew: the code that keeps them is under test. */
function expectWithinLimits(message: InboundMessage): void {
  const { id, messageId, sender, text, attachments = [], quote = '', returnAddress, sentAt } = message;
  for (const one of [id, messageId, sender?.id].filter((each) => each !== undefined)) {
    expect(one.length).toBeGreaterThan(0);
    expect(one.length).toBeLessThanOrEqual(256);
  }
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
  expect((sender?.name ?? '').length).toBeLessThanOrEqual(256);
  expect(quote.length).toBeLessThanOrEqual(500);
  expect(attachments.length).toBeLessThanOrEqual(10);
  for (const { ref, name = '', mediaType = '', bytes = 0 } of attachments) {
    expect(ref.length).toBeLessThanOrEqual(2_048);
    expect(name.length).toBeLessThanOrEqual(256);
    expect(mediaType.length).toBeLessThanOrEqual(256);
    expect(bytes).toEqual(expect.any(Number));
  }
  expect(JSON.stringify(returnAddress ?? {}).length).toBeLessThanOrEqual(4_096);
  if (sentAt !== undefined) expect(sentAt).toEqual(expect.any(Number));
  expect(JSON.stringify(message)).not.toMatch(/(?<!\\)(?:\\\\)*\\ud[89a-f]/);
  const strange = Object.keys(message).filter((field) => !FIELDS.has(field));
  expect(strange).toEqual([]);
}

const FIELDS = new Set(
  'id text sender messageId edited deleted attachments group place quote returnAddress sentAt receivedAt'.split(
    ' ',
  ),
);
