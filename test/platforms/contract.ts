import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DeliveryRefused,
  type OutboundContext,
  type Platform,
  RateLimited,
  type WebhookRequest,
} from '../../platforms/platform.ts';

/** One platform, with the other side under the test's control. */
export interface Setup {
  platform: Platform;
  /** What must never show in an error. */
  secrets: string[];
  /** A webhook request with a valid signature over any body. */
  signed(body: string): WebhookRequest;
  /** The same with another signature. */
  unsigned(body: string): WebhookRequest;
  /** A body with one message, and what it must be read as. */
  valid: { body: string; conversation: string; id: string; text: string };
  /** Bodies that are JSON but no message, and a word that the refusal names. */
  invalid: { body: string; names: string }[];
  /** Where to send. */
  to: { conversation: string; inReplyTo?: string; sentAfter?: string; answers?: string };
  /** Texts that arrived at the other side, in order. */
  arrived(): string[];
  /** The next request is answered so; `retryAfter` in seconds. */
  fail(status: number, retryAfter?: number): void;
  /** The other side acts on the next request and does not answer. */
  hang(): void;
  /** The other side acts on the next request and cuts the connection. */
  cut(): void;
  /** The other side does not listen any more. */
  close(): Promise<void>;
}

/** What every platform must do. */
export function platformContract(name: string, setUp: () => Promise<Setup>): void {
  describe(`${name}: the platform contract`, () => {
    let on: Setup;
    beforeEach(async () => {
      on = await setUp();
    });
    afterEach(() => on.close());

    const context = (more: Partial<OutboundContext> = {}): OutboundContext => ({
      ...on.to,
      key: 'turn-1/0',
      knownMessageIds: [],
      signal: new AbortController().signal,
      ...more,
    });
    const receive = (request: WebhookRequest) => on.platform.inbound.receive(request);
    const failureOf = async (sending: Promise<unknown>) => {
      const error = await sending.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      for (const secret of on.secrets) {
        expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(secret);
        expect(String((error as Error).cause)).not.toContain(secret);
      }
      return error as Error;
    };

    it('reads a message, and a repeat with the same event id', async () => {
      for (let time = 0; time < 2; time++) {
        const { messages } = await receive(on.signed(on.valid.body));
        const { id, text, conversation } = on.valid;
        expect(messages).toEqual([{ conversation, message: expect.objectContaining({ id, text }) }]);
      }
    });

    it('refuses a wrong signature with 401, before it looks at the body', async () => {
      await expect(receive(on.unsigned(on.valid.body))).rejects.toMatchObject({
        name: 'WebhookRefused',
        status: 401,
      });
      await expect(receive(on.unsigned('{'))).rejects.toMatchObject({ status: 401 });
    });

    it('refuses a missing signature with 401', async () => {
      const request = { ...on.signed(on.valid.body), headers: new Headers() };
      await expect(receive(request)).rejects.toMatchObject({ name: 'WebhookRefused', status: 401 });
    });

    it('refuses every method but POST with 405', async () => {
      for (const method of ['GET', 'PUT', 'DELETE'])
        await expect(receive({ ...on.signed(on.valid.body), method })).rejects.toMatchObject({ status: 405 });
    });

    it('refuses what is not JSON with 400', async () => {
      for (const body of ['', '{', 'text'])
        await expect(receive(on.signed(body))).rejects.toMatchObject({ status: 400, code: 'invalid_json' });
    });

    it('refuses a wrong body with 400, and names the field', async () => {
      for (const { body, names } of on.invalid)
        await expect(receive(on.signed(body))).rejects.toMatchObject({
          status: 400,
          code: 'invalid_message',
          message: expect.stringContaining(names),
        });
    });

    it('refuses a text that is too long with 413', async () => {
      const body = on.valid.body.replace(JSON.stringify(on.valid.text), JSON.stringify('ü'.repeat(200_000)));
      await expect(receive(on.signed(body))).rejects.toMatchObject({ status: 413, code: 'text_too_long' });
    });

    it('posts every part of a long text, in order, and returns a receipt for each', async () => {
      const text = Array.from({ length: 900 }, (_, line) => `Sentence number ${line}.`).join(' ');
      const receipts = [];
      for (let from: number | null = 0; from !== null; ) {
        const part = on.platform.outbound.split(text, from);
        receipts.push(await on.platform.outbound.post(context({ key: `turn-1/${from}` }), part.text));
        from = part.next;
      }
      expect(on.arrived().join(' ')).toBe(text);
      expect(new Set(receipts.map(({ messageId }) => messageId)).size).toBe(on.arrived().length);
    });

    it('says that a rate limit is one, and how long it lasts', async () => {
      on.fail(429, 7);
      const error = await failureOf(on.platform.outbound.post(context(), 'Hello'));
      expect(error).toBeInstanceOf(RateLimited);
      expect((error as RateLimited).retryAfterMs).toBe(7000);
    });

    it('says that a refusal is one', async () => {
      for (const status of [400, 401, 403, 404]) {
        on.fail(status);
        expect(await failureOf(on.platform.outbound.post(context(), 'Hello'))).toBeInstanceOf(
          DeliveryRefused,
        );
      }
    });

    it('leaves the rest for another attempt: 5xx, a cut connection, nobody there', async () => {
      const outbound = on.platform.outbound;
      const again = async () => {
        const error = await failureOf(outbound.post(context(), 'Hello'));
        expect(error).not.toBeInstanceOf(DeliveryRefused);
        expect(error).not.toBeInstanceOf(RateLimited);
      };
      on.fail(500);
      await again();
      on.fail(502);
      await again();
      on.cut();
      await again();
      await on.close();
      await again();
    });

    it('stops when it is told to', async () => {
      const stop = new AbortController();
      on.hang();
      const sending = failureOf(on.platform.outbound.post(context({ signal: stop.signal }), 'Hello'));
      setTimeout(() => stop.abort(new Error('stopped')), 50);
      expect((await sending).message).toBe('stopped');
    });
  });
}
