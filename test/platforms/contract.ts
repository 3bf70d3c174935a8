import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../config/environment.ts';
import { createPlatforms } from '../../config/platforms.ts';
import { type InboundMessage, MAX_EVENT_ID, MAX_REF, MAX_TEXT_BYTES } from '../../contract/message.ts';
import {
  AttachmentUnavailable,
  DeliveryRefused,
  type OutboundContext,
  type Platform,
  RateLimited,
  type WebhookRequest,
} from '../../platforms/platform.ts';
import type { FakeFile, Rig } from '../fakes/rig.ts';

const PICTURE = new URL('../../docs/images/web-chat.png', import.meta.url);

/** What every platform must do, in and out, with its API played by a fake. */
export function platformContract(name: string, start: () => Promise<Rig>): void {
  describe(`${name}: the platform contract`, () => {
    let rig: Rig;
    let platform: Platform;
    beforeEach(async () => {
      rig = await start();
      const made = (await createPlatforms(readEnvironment(rig.env))).get(name);
      if (!made) throw new Error(`the variables of the rig do not switch ${name} on`);
      platform = made;
    });
    afterEach(() => rig.close());

    const receive = (request: WebhookRequest) => platform.inbound.receive(request);
    const readOne = async (request: WebhookRequest) => {
      const { messages } = await receive(request);
      expect(messages).toHaveLength(1);
      const [received] = messages;
      if (!received) throw new Error('no message');
      return received;
    };
    /** Where an answer to a new message goes. */
    const answering = async (place = 1, more: Partial<OutboundContext> = {}): Promise<OutboundContext> => {
      const { conversation, message } = await readOne(await rig.say(place, 'Hi'));
      const { id, messageId, returnAddress } = message;
      return {
        conversation,
        answers: id,
        ...(messageId !== undefined && { inReplyTo: messageId, sentAfter: messageId }),
        ...(returnAddress && { returnAddress }),
        key: `run-1.t1.${place}`,
        knownMessageIds: messageId === undefined ? [] : [messageId],
        signal: new AbortController().signal,
        ...more,
      };
    };
    const failureOf = async (sending: Promise<unknown>) => {
      const error = await sending.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      for (const secret of rig.secrets) {
        expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(secret);
        expect(String((error as Error).cause)).not.toContain(secret);
      }
      return error as Error;
    };
    const refused = (status: number, more: object = {}) =>
      expect.objectContaining({ name: 'WebhookRefused', status, ...more });

    describe('in', () => {
      it('reads a message, with who wrote it', async () => {
        const { conversation, message } = await readOne(await rig.say(1, 'Hello, 世界 🌍'));
        expect(conversation).toBe(rig.conversation(1));
        expect(message).toMatchObject({
          id: expect.stringMatching(/./),
          text: 'Hello, 世界 🌍',
          sender: { id: expect.stringMatching(/./) },
        });
        expect(message.id.length).toBeLessThanOrEqual(MAX_EVENT_ID);
      });

      it('reads a redelivery as the same message, and another as another', async () => {
        const request = await rig.say(1, 'Hello');
        const { message } = await readOne(request);
        expect((await readOne(request)).message.id).toBe(message.id);
        expect((await readOne(await rig.say(1, 'Hello'))).message.id).not.toBe(message.id);
      });

      it('tells what was written where others read along, whether it is for the bot, and who wrote it', async () => {
        const told = ({ group, unaddressed }: InboundMessage) => ({ group, unaddressed });
        const { message: alone } = await readOne(
          await (rig.sayAlone ? rig.sayAlone('Hello') : rig.say(1, 'Hello')),
        );
        expect(told(alone)).toEqual({});
        if (!rig.group) return;
        const { toBot, toOthers, calls } = rig.group;
        const { message: asked } = await readOne(await toBot('Hello'));
        expect(asked).toMatchObject({ text: 'Hello', sender: { id: alone.sender?.id } });
        expect(told(asked)).toEqual({ group: true });
        if (!toOthers) return;
        const before = calls();
        const { message: chatter } = await readOne(await toOthers('lunch?'));
        expect(chatter).toMatchObject({ text: 'lunch?', sender: { id: alone.sender?.id } });
        expect(told(chatter)).toEqual({ group: true, unaddressed: true });
        // Most of it is dropped: it must not cost calls.
        expect(calls()).toBe(before);
      });

      it('refuses nothing that people say among themselves', async () => {
        if (!rig.group?.toOthers || rig.neverTooLong) return;
        const { message } = await readOne(await rig.group.toOthers(`a${'ü'.repeat(200_000)}`));
        expect(message.text).toBe(`a${'ü'.repeat(MAX_TEXT_BYTES / 2 - 1)}`);
        expect(message.unaddressed).toBe(true);
      });

      it('keeps conversations apart', async () => {
        const first = await readOne(await rig.say(1, 'Hello'));
        const second = await readOne(await rig.say(2, 'Hello'));
        expect(second.conversation).not.toBe(first.conversation);
        expect([first.conversation, second.conversation]).toEqual([rig.conversation(1), rig.conversation(2)]);
      });

      it('refuses a wrong signature with 401, before it looks at the body', async () => {
        await expect(receive(await rig.forge(await rig.say(1, 'Hello')))).rejects.toEqual(refused(401));
        await expect(receive(await rig.forge(await rig.sign('{')))).rejects.toEqual(refused(401));
      });

      it('refuses a missing signature with 401', async () => {
        const request = await rig.say(1, 'Hello');
        const url = new URL(request.url.pathname, request.url);
        await expect(receive({ ...request, url, headers: new Headers() })).rejects.toEqual(refused(401));
      });

      it('refuses a body that was changed, or a time that was', async () => {
        const request = await rig.say(1, 'Hello');
        const other = await rig.say(1, 'Good-bye');
        // Where a token stands for a signature over the body, its bearer may say anything.
        const signsBody = await receive({ ...request, body: other.body }).then(
          () => false,
          () => true,
        );
        expect(signsBody).toBe(rig.signsBody);
        if (rig.sayLongAgo)
          await expect(receive(await rig.sayLongAgo(1, 'Hello'))).rejects.toEqual(refused(401));
      });

      it('answers the verification of the platform', async () => {
        for (const { request, answer } of rig.handshakes ?? []) {
          const { messages, respond } = await receive(request);
          expect(messages).toEqual([]);
          const response = respond?.() ?? Response.json({ ok: true });
          answer(response.status, await response.text());
        }
        for (const { request } of rig.handshakes ?? [])
          if (request.headers.has('authorization') || request.url.search || rig.signsBody)
            await expect(receive(await rig.forge(request))).rejects.toEqual(refused(401));
      });

      it('refuses methods that the platform does not use with 405', async () => {
        expect(rig.wrongMethods.length).toBeGreaterThan(0);
        for (const method of rig.wrongMethods)
          await expect(receive({ ...(await rig.say(1, 'Hello')), method })).rejects.toEqual(refused(405));
      });

      it('refuses with 400 what cannot be read, and names the field that is wrong', async () => {
        expect(rig.malformed.length).toBeGreaterThan(0);
        for (const { body, code } of rig.malformed)
          await expect(receive(await rig.sign(body))).rejects.toEqual(refused(400, { code }));
        for (const { body, names } of rig.invalid)
          await expect(receive(await rig.sign(body))).rejects.toEqual(
            refused(400, { code: 'invalid_message', message: expect.stringContaining(names) }),
          );
      });

      it('refuses a text that is too long with 413', async () => {
        if (rig.neverTooLong) return;
        await expect(receive(await rig.say(1, 'ü'.repeat(200_000)))).rejects.toEqual(
          refused(413, { code: 'text_too_long' }),
        );
      });

      it('takes a file as a reference, and fetches it when it is asked to', async () => {
        if (!rig.sendFile) return expect(platform.inbound.fetchAttachment).toBeUndefined();
        const file = await picture();
        const { message } = await readOne(await rig.sendFile(1, 'Look', file));
        const [attachment, ...more] = message.attachments ?? [];
        if (!attachment || !platform.inbound.fetchAttachment) throw new Error('no attachment');
        expect(more).toEqual([]);
        expect(attachment.kind).toBe('image');
        expect(attachment.ref.length).toBeLessThanOrEqual(MAX_REF);
        for (const secret of rig.secrets) expect(attachment.ref).not.toContain(secret);
        const { signal } = new AbortController();
        const fetched = await platform.inbound.fetchAttachment(attachment, { maxBytes: 5_000_000, signal });
        expect(fetched.mediaType).toBe('image/png');
        expect(Buffer.compare(fetched.bytes, file.bytes)).toBe(0);
        const small = platform.inbound.fetchAttachment(attachment, { maxBytes: 1_000, signal });
        expect(await failureOf(small)).toBeInstanceOf(AttachmentUnavailable);
        await rig.close();
        const gone = platform.inbound.fetchAttachment(attachment, { maxBytes: 5_000_000, signal });
        expect(await failureOf(gone)).not.toBeInstanceOf(AttachmentUnavailable);
      });
    });

    describe('out', () => {
      it('sends, and returns the message for a receipt', async () => {
        const { messageId } = await platform.outbound.post(await answering(), 'Hello there.');
        expect(messageId).toMatch(/./);
        expect(rig.shown(1)).toEqual(['Hello there.']);
        expect(rig.shown(2)).toEqual([]);
      });

      for (const [what, text] of longTexts())
        it(`splits at the limit: ${what}`, async () => {
          const context = await answering();
          const receipts: string[] = [];
          for (let from: number | null = 0; from !== null; ) {
            const part = platform.outbound.split(text, from);
            expect(platform.outbound.split(text, from)).toEqual(part);
            const key = `run-1.t1.${from}`;
            const { messageId } = await platform.outbound.post(
              { ...context, key, knownMessageIds: [...context.knownMessageIds, ...receipts] },
              part.text,
            );
            receipts.push(messageId);
            from = part.next;
          }
          expect(letters(rig.shown(1).join(''))).toBe(letters(text));
          expect(new Set(receipts).size).toBe(rig.shown(1).length);
          for (const shown of rig.shown(1)) expect(shown.isWellFormed()).toBe(true);
        });

      it("shows markdown in the platform's own way, and everything that was said", async () => {
        const text =
          '# Title\n\nSome **bold** and *italic* words, `code`, a [link](https://example.com/a?b=1).\n\n- one\n- two\n\n```js\nlet x = 1 < 2;\n```\n\n> quoted';
        await platform.outbound.post(await answering(), text);
        const shown = rig.shown(1).join('\n');
        for (const word of [
          'Title',
          'bold',
          'italic',
          'code',
          'link',
          'one',
          'two',
          'let x = 1 < 2;',
          'quoted',
        ])
          expect(shown).toContain(word);
      });

      it('says that a rate limit is one, and how long it lasts', async () => {
        const context = await answering();
        rig.fail(429, 7);
        const error = await failureOf(platform.outbound.post(context, 'Hello'));
        expect(error).toBeInstanceOf(RateLimited);
        const { retryAfterMs } = error as RateLimited;
        if (rig.pauseUntold) expect(retryAfterMs).toBeGreaterThanOrEqual(1000);
        else expect(retryAfterMs).toBe(7000);
        await platform.outbound.post(context, 'Hello');
        expect(rig.shown(1)).toEqual(['Hello']);
      });

      it('says that a refusal is one', async () => {
        const context = await answering();
        for (const status of [400, 403, 404]) {
          rig.fail(status);
          expect(await failureOf(platform.outbound.post(context, 'Hello'))).toBeInstanceOf(DeliveryRefused);
        }
        expect(rig.shown(1)).toEqual([]);
      });

      it('leaves the rest for another attempt: 5xx, nobody there', async () => {
        const context = await answering();
        const again = async () => {
          const error = await failureOf(platform.outbound.post(context, 'Hello'));
          expect(error).not.toBeInstanceOf(DeliveryRefused);
          expect(error).not.toBeInstanceOf(RateLimited);
        };
        for (const status of [500, 502]) {
          rig.fail(status);
          await again();
        }
        await rig.close();
        await again();
      });

      it('stops when it is told to', async () => {
        const stop = new AbortController();
        const context = await answering(1, { signal: stop.signal });
        rig.hold();
        const sending = failureOf(platform.outbound.post(context, 'Hello'));
        setTimeout(() => stop.abort(new Error('stopped')), 50);
        expect((await sending).message).toBe('stopped');
      });

      it('a connection cut after the platform acted: the next attempt finds or repeats it, as documented', async () => {
        const context = await answering();
        await platform.outbound.post(await answering(2), 'Something else');
        rig.cut();
        await failureOf(platform.outbound.post(context, 'Hello'));
        const doubtful: OutboundContext = { ...context, inDoubt: true };
        const found = await platform.outbound.find?.(doubtful, 'Hello');
        const receipt = found ?? (await platform.outbound.post(doubtful, 'Hello'));
        expect(receipt.messageId).toMatch(/./);
        expect(rig.shown(1)).toEqual(rig.afterLostAnswer === 'once' ? ['Hello'] : ['Hello', 'Hello']);
        expect(rig.shown(2)).toEqual(['Something else']);
      });

      it('finds nothing where nothing was sent, and then sends', async () => {
        const context = await answering();
        const known = await platform.outbound.post(context, 'The reply before');
        const next = await answering(1, { key: 'run-1.t2.0' });
        const doubtful: OutboundContext = {
          ...next,
          knownMessageIds: [...context.knownMessageIds, ...next.knownMessageIds, known.messageId],
          inDoubt: true,
        };
        const found = await platform.outbound.find?.(doubtful, 'Hello');
        if (!found) await platform.outbound.post(doubtful, 'Hello');
        expect(rig.shown(1)).toEqual(['The reply before', 'Hello']);
      });

      it('edits in place, any number of times, and is content when nothing changes', async () => {
        const { edit } = platform.outbound;
        // What was found could not be made to show the whole.
        if (!edit) return expect(platform.outbound.find).toBeUndefined();
        const context = await answering();
        const receipt = await platform.outbound.post(context, 'Hel');
        for (const text of ['Hello', 'Hello there', 'Hello there'])
          await edit.call(platform.outbound, context, receipt, text);
        expect(rig.shown(1)).toEqual(['Hello there']);
      });

      it('what was begun and lost is found and made to show the whole', async () => {
        if (!platform.outbound.edit || rig.afterLostAnswer === 'again') return;
        const context = await answering();
        rig.cut();
        await failureOf(platform.outbound.post(context, 'Hel'));
        await platform.outbound.find?.({ ...context, inDoubt: true }, 'Hello there');
        expect(rig.shown(1)).toEqual(['Hello there']);
      });

      it('shows that it is working on an answer, and throws nothing that matters', async () => {
        const context = await answering();
        await platform.outbound.typing?.(context);
        expect(rig.shown(1)).toEqual([]);
      });

      it('shows buttons, whose pressing is a message', async () => {
        if (!platform.outbound.buttons) return expect(rig.buttons).toBeUndefined();
        if (!rig.buttons || !rig.press) throw new Error('the rig has no buttons');
        const context = await answering();
        const { message: written } = await readOne(await rig.say(1, 'Me again'));
        const buttons = [
          { label: 'Yes', value: 'yes, do' },
          { label: 'No', value: '/stop' },
        ];
        await platform.outbound.post(context, 'Shall I?', buttons);
        expect(rig.shown(1)).toEqual(['Shall I?']);
        expect(rig.buttons(1)).toEqual(['Yes', 'No']);
        const press = await rig.press(1, 'No');
        const { conversation, message } = await readOne(press);
        expect(conversation).toBe(rig.conversation(1));
        // An approver is known by this id, whether they write or press.
        expect(message).toMatchObject({ text: '/stop', sender: { id: written.sender?.id } });
        expect(message.group).toBe(written.group);
        expect(message.unaddressed).toBeUndefined();
        expect((await readOne(press)).message.id).toBe(message.id);
        await expect(receive(await rig.forge(press))).rejects.toEqual(refused(401));
      });

      it('sends a file', async () => {
        if (!platform.outbound.sendFile) return expect(rig.files).toBeUndefined();
        if (!rig.files) throw new Error('the rig has no files');
        const file = await picture();
        const { messageId } = await platform.outbound.sendFile(await answering(), file);
        expect(messageId).toMatch(/./);
        const [sent, ...more] = rig.files(1);
        expect(more).toEqual([]);
        expect(sent && Buffer.compare(sent.bytes, file.bytes)).toBe(0);
      });

      it('a connection cut after the platform took a file: the next attempt finds or repeats it, as documented', async () => {
        if (!platform.outbound.sendFile || !rig.files) return;
        const context = await answering();
        const file = await picture();
        rig.cut();
        await failureOf(platform.outbound.sendFile(context, file));
        const { messageId } = await platform.outbound.sendFile({ ...context, inDoubt: true }, file);
        expect(messageId).toMatch(/./);
        const after = rig.afterLostFile ?? rig.afterLostAnswer;
        expect(rig.files(1)).toHaveLength(after === 'once' ? 1 : 2);
      });
    });
  });
}

async function picture(): Promise<FakeFile> {
  return { name: 'web-chat.png', mediaType: 'image/png', bytes: await readFile(PICTURE) };
}

function longTexts(): [what: string, text: string][] {
  const sentence = (line: number) => `Sentence number ${line}.`;
  return [
    ['sentences', Array.from({ length: 900 }, (_, line) => sentence(line)).join(' ')],
    ['emoji', '👩‍👩‍👧‍👦🇩🇪👍🏽'.repeat(700)],
    ['Chinese', '每一个进程都可能在任何时刻被杀死。'.repeat(500)],
    ['a word of 10,000 characters', 'a'.repeat(10_000)],
    [
      'code',
      `Look:\n\n\`\`\`ts\n${Array.from({ length: 400 }, (_, n) => `const x${n} = ${n};`).join('\n')}\n\`\`\``,
    ],
  ];
}

/** What must come through whole and in order, whatever is done to spaces and fences. */
function letters(text: string): string {
  return text.replaceAll(/```\w*/g, '').replaceAll(/[\s`~]/g, '');
}
