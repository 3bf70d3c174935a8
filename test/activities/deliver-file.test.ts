import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeliverFile } from '../../activities/deliver-file.ts';
import type { OutgoingFile } from '../../contract/delivery.ts';
import { FAILURE } from '../../contract/failures.ts';
import { DeliveryRefused, RateLimited } from '../../platforms/platform.ts';
import { type Act, runDelivery, stagePlatform } from './delivery-stage.ts';

const request = { conversation: 'stage/c', reply: 3, deliveryId: 'd1', index: 1 };
const note: OutgoingFile = {
  name: 'note.txt',
  mediaType: 'text/plain',
  url: `data:text/plain;base64,${Buffer.from('héllo').toString('base64')}`,
};
const nothing = () => undefined;
const does = (acts: Act[]) => acts.map((act) => [act.does, act.text ?? act.file?.name]);

describe('a file of a reply', () => {
  /** Serves `/ok`, `/gone`, `/broken`, `/large` and `/moved`. */
  const server = createServer(({ url }, response) => {
    if (url === '/gone') return void response.writeHead(404).end();
    if (url === '/broken') return void response.writeHead(500).end();
    if (url === '/moved') return void response.writeHead(302, { location: '/ok' }).end();
    return void response.end(Buffer.alloc(url === '/large' ? 21 * 1024 * 1024 : 5, 'x'));
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const at = (path: string): OutgoingFile => ({
    name: 'far.bin',
    mediaType: 'application/octet-stream',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`,
  });
  const run = (file: OutgoingFile, options: Parameters<typeof runDelivery>[2]) =>
    runDelivery(createDeliverFile, request, { ...options, reply: { files: [note, file] } });

  it('is sent with its bytes, name and type, under a key of its own', async () => {
    const { acts, outbound } = stagePlatform(() => 'f1');
    expect(await run(note, { outbound })).toEqual({ messageId: 'f1' });
    expect(acts[0]).toMatchObject({
      does: 'sendFile',
      file: { name: 'note.txt', mediaType: 'text/plain' },
      context: { key: 'd1.f1' },
    });
    expect(acts[0]?.context).not.toHaveProperty('inDoubt');
    expect(Buffer.from(acts[0]?.file?.bytes ?? []).toString()).toBe('héllo');
  });

  it('may have been sent already, at any attempt but the first', async () => {
    const { acts, outbound } = stagePlatform(() => 'f1');
    await run(note, { outbound, attempt: 2 });
    expect(acts[0]).toMatchObject({ does: 'sendFile', context: { key: 'd1.f1', inDoubt: true } });
  });

  it.each(['ok', 'moved'])('is fetched from where it is (%s)', async (path) => {
    const { acts, outbound } = stagePlatform(() => 'f1');
    await run(at(path), { outbound, fetchPrivate: true });
    expect(acts[0]).toMatchObject({ does: 'sendFile', file: { name: 'far.bin' } });
    expect(acts[0]?.file?.bytes).toHaveLength(5);
  });

  it('is a line with its address where the platform has no files, or will not take it', async () => {
    const bare = stagePlatform(() => 'l1');
    const { sendFile: _, ...withoutFiles } = bare.outbound;
    expect(await run(at('ok'), { outbound: withoutFiles })).toEqual({ messageId: 'l1' });
    expect(does(bare.acts)).toEqual([['post', `📎 far.bin: ${at('ok').url}`]]);
    expect(bare.acts[0]?.context.key).toBe('d1.f1.line');

    const refusing = stagePlatform((act) => {
      if (act.does === 'sendFile') throw new DeliveryRefused('too large');
      return 'l1';
    });
    expect(await run(note, { outbound: refusing.outbound })).toEqual({ messageId: 'l1' });
    expect(does(refusing.acts)).toEqual([
      ['sendFile', 'note.txt'],
      ['post', '📎 note.txt (cannot be shown here)'],
    ]);
  });

  it.each([
    ['at a private address', 'ok', false],
    ['gone', 'gone', true],
    ['too large', 'large', true],
  ])('is a line when it is %s', async (_, path, fetchPrivate) => {
    const { acts, outbound } = stagePlatform(() => 'l1');
    await run(at(path), { outbound, fetchPrivate });
    expect(does(acts)).toEqual([['post', `📎 far.bin: ${at(path).url}`]]);
  });

  it('is a line when it is not kept any more', async () => {
    const { acts, outbound } = stagePlatform(() => 'l1');
    await run({ ...note, url: '' }, { outbound });
    expect(does(acts)).toEqual([['post', '📎 note.txt (cannot be shown here)']]);
  });

  it('is tried again after trouble, and named in a line when that does not end', async () => {
    const broken = stagePlatform(nothing);
    await expect(run(at('broken'), { outbound: broken.outbound, fetchPrivate: true })).rejects.toMatchObject({
      type: FAILURE.deliveryUnavailable,
      nonRetryable: false,
    });
    const slow = stagePlatform((act) => {
      if (act.does === 'sendFile') throw new RateLimited('slow', 2_000);
      return 'l1';
    });
    await expect(run(note, { outbound: slow.outbound })).rejects.toMatchObject({ nextRetryDelay: 2_000 });
    await expect(run(note, { outbound: slow.outbound, attempt: 7 })).rejects.toMatchObject({
      nextRetryDelay: 2_000,
    });
    const failing = stagePlatform((act) => {
      if (act.does === 'sendFile') throw new Error('500');
      return act.does === 'post' ? 'l1' : undefined;
    });
    await expect(run(note, { outbound: failing.outbound, attempt: 6 })).rejects.toThrow('500');
    failing.acts.length = 0;
    expect(await run(note, { outbound: failing.outbound, attempt: 7 })).toEqual({ messageId: 'l1' });
    expect(does(failing.acts)).toEqual([
      ['sendFile', 'note.txt'],
      ['find', '📎 note.txt (cannot be shown here)'],
      ['post', '📎 note.txt (cannot be shown here)'],
    ]);
  });

  it('is still sent as a file by a platform that was down for long', async () => {
    let down = true;
    const { acts, outbound } = stagePlatform(() => {
      if (down) throw new Error('503');
      return 'f1';
    });
    const after = (attempt: number) => ({ outbound, attempt, heartbeatDetails: { ended: attempt - 1 } });
    for (const attempt of [1, 7, 20]) await expect(run(note, after(attempt))).rejects.toThrow('503');
    down = false;
    acts.length = 0;
    expect(await run(note, after(21))).toEqual({ messageId: 'f1' });
    expect(does(acts)).toEqual([['sendFile', 'note.txt']]);
  });

  it('whose line may have been sent is looked for', async () => {
    const { acts, outbound } = stagePlatform((act) => (act.does === 'find' ? 'l7' : undefined));
    const { sendFile: _, ...withoutFiles } = outbound;
    expect(await run(note, { outbound: withoutFiles, attempt: 2 })).toEqual({ messageId: 'l7' });
    expect(does(acts)).toEqual([['find', '📎 note.txt (cannot be shown here)']]);
  });
});
