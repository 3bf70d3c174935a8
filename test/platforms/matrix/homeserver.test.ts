import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { matrixRegistration } from '../../../cli/matrix-registration.ts';
import { createMatrix } from '../../../platforms/matrix/matrix.ts';
import { type OutboundContext, type Platform, type Received } from '../../../platforms/platform.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { findPython, NO_PYTHON } from '../../support/python.ts';
import { type Served, serve } from '../../support/serve.ts';
import { installSynapse } from '../../support/synapse/install.ts';
import { Person } from '../../support/synapse/person.ts';
import { SERVER_NAME, Synapse } from '../../support/synapse/synapse.ts';

const BOT = `@holdfast:${SERVER_NAME}`;
const INSTALL_MS = 10 * 60_000;
const python = findPython();
const text = (body: string, relation?: object) => ({
  msgtype: 'm.text',
  body,
  ...(relation && { 'm.relates_to': relation }),
});

/** What the fake homeserver is taken to do, a real one does. */
describe.skipIf(python === undefined)(
  `matrix at a homeserver${python === undefined ? ` (${NO_PYTHON})` : ''}`,
  { timeout: 120_000 },
  () => {
    const received: Received['messages'] = [];
    let gateway: Served;
    let synapse: Synapse;
    let platform: Platform;
    let ann: Person;
    let bob: Person;
    let room: string;

    beforeAll(async () => {
      const port = await freePort();
      const env = { MATRIX_USER_ID: BOT, MATRIX_AS_TOKEN: 'as-token', MATRIX_HS_TOKEN: 'hs-token' };
      const homeserverUrl = `http://127.0.0.1:${port}`;
      platform = createMatrix({ homeserverUrl, asToken: 'as-token', hsToken: 'hs-token', userId: BOT });
      gateway = await serveWebhook(platform, received);
      synapse = await Synapse.start({
        python: await installSynapse(python ?? ''),
        home: path.join(inject('scratch'), 'synapse-of-the-platform'),
        port,
        registration: matrixRegistration(gateway.url, env),
      });
      [ann, bob] = await Promise.all([
        Person.register(synapse.url, 'ann'),
        Person.register(synapse.url, 'bob'),
      ]);
      room = await ann.invite(BOT);
    }, INSTALL_MS);
    afterAll(async () => {
      ann?.stop();
      bob?.stop();
      await synapse?.kill();
      await gateway?.close();
    });

    const messageOf = (eventId: string) =>
      eventually(() => received.find(({ message }) => message.id === eventId), { what: `event ${eventId}` });
    const context = (key: string, more: Partial<OutboundContext> = {}): OutboundContext => ({
      conversation: room,
      key,
      knownMessageIds: [],
      signal: new AbortController().signal,
      ...more,
    });
    const outbound = () => platform.outbound as Required<Platform['outbound']>;

    it('tells of messages, edits, quotes and deletions', async () => {
      const first = await ann.send(room, text('Helo'));
      expect(await messageOf(first)).toMatchObject({
        conversation: room,
        message: { text: 'Helo', sender: { name: 'ann' } },
      });
      const edit = {
        ...text('* Hello', { rel_type: 'm.replace', event_id: first }),
        'm.new_content': text('Hello'),
      };
      expect(await messageOf(await ann.send(room, edit))).toMatchObject({
        message: { text: 'Hello', edited: true, messageId: first },
      });
      const reply = await ann.send(room, text('Why?', { 'm.in_reply_to': { event_id: first } }));
      expect(await messageOf(reply)).toMatchObject({ message: { quote: 'Helo' } });
      await ann.takeBack(room, first);
      const deleted = await eventually(() => received.find(({ message }) => message.deleted));
      expect(deleted).toMatchObject({ conversation: room, message: { messageId: first, text: '' } });
    });

    it('gives files only to who has the token, and takes them', async () => {
      const bytes = Buffer.from('a picture');
      const url = await ann.upload(bytes, 'image/png');
      const sent = await ann.send(room, {
        msgtype: 'm.image',
        body: 'a.png',
        url,
        info: { mimetype: 'image/png' },
      });
      const [attachment] = (await messageOf(sent)).message.attachments ?? [];
      if (!attachment) throw new Error('no attachment');
      const options = { maxBytes: 1_000, signal: new AbortController().signal };
      const fetched = await platform.inbound.fetchAttachment?.(attachment, options);
      expect(fetched).toEqual({ bytes, mediaType: 'image/png' });
      const file = { name: 'b.txt', mediaType: 'text/plain', bytes };
      const receipt = await outbound().sendFile(context('file'), file);
      expect(await outbound().sendFile(context('file', { inDoubt: true }), file)).toEqual(receipt);
      await ann.waitFor(room, BOT, (texts) => texts.join() === 'b.txt');
    });

    it('takes the largest parts, as edits too, and repeats no transaction', async () => {
      const part = outbound().split('&'.repeat(40_000), 0).text;
      const receipt = await outbound().post(context('large'), part);
      expect(await outbound().post(context('large'), 'again')).toEqual(receipt);
      await outbound().edit(context('large'), receipt, `**${part.slice(4)}**`);
      await outbound().typing(context('large'));
      await outbound().edit(context('large'), receipt, 'small');
      await ann.waitFor(room, BOT, (texts) => texts.at(-1) === 'small');
    });

    it('knows in which threads the bot takes part, and that a room has become one of several', async () => {
      await ann.letIn(room, bob);
      const root = await ann.send(room, text('@holdfast: begin'));
      expect(await messageOf(root)).toMatchObject({ message: { text: 'begin' } });
      const related = { rel_type: 'm.thread', event_id: root };
      const chatter = await bob.send(room, text('Not for the bot', related));
      const conversation = `${room}/${root}`;
      expect(await messageOf(chatter)).toMatchObject({ conversation, message: { unaddressed: true } });
      await outbound().post(context('thread', { conversation, inReplyTo: root }), 'Here I am');
      const asked = await bob.send(room, text('And now?', related));
      const { message } = await messageOf(asked);
      expect(message).toMatchObject({ text: 'And now?', group: true });
      expect(message).not.toHaveProperty('unaddressed');
    });

    it('has made the account of the bot, which can be given a name and is called by it', async () => {
      const profile = `${synapse.url}/_matrix/client/v3/profile/${BOT}`;
      expect((await fetch(profile)).status).toBe(200);
      const named = await fetch(`${profile}/displayname`, {
        method: 'PUT',
        headers: { authorization: 'Bearer as-token' },
        body: '{"displayname":"Hold Fast"}',
      });
      expect(named.status).toBe(200);
      await bob.send(room, text('Hold Fast is not meant here'));
      await eventually(async () => {
        const asked = await bob.send(room, text('Hold Fast: hello'));
        return received.find(({ message }) => message.id === asked || message.text === 'hello');
      });
      expect(received.at(-1)).toMatchObject({ message: { text: 'hello' } });
    });
  },
);

/** The gateway, without Temporal: what the platform makes of requests. */
function serveWebhook(platform: Platform, received: Received['messages']): Promise<Served> {
  return serve(async (request, body, response) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const headers = new Headers(request.headers as Record<string, string>);
    const { method = '' } = request;
    const { messages } = await platform.inbound.receive({ method, url, headers, body: Buffer.from(body) });
    received.push(...messages);
    response.setHeader('content-type', 'application/json').end('{}');
  });
}
