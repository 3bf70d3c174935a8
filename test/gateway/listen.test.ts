import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { Conversations } from '../../gateway/conversations.ts';
import { FakeDiscord } from '../fakes/discord/discord.ts';
import { Child } from '../support/child.ts';
import { eventually, STARTS_WITHIN_MS } from '../support/eventually.ts';
import { startTemporal } from '../support/temporal-server.ts';

const HOLDFAST = fileURLToPath(new URL('../../cli/holdfast.ts', import.meta.url));

/** The listener process, without workers: what it stores waits in Temporal. */
describe('holdfast listen', () => {
  let discord: FakeDiscord;
  let temporal: Awaited<ReturnType<typeof startTemporal>>;
  let listener: Child;

  beforeAll(async () => {
    discord = await FakeDiscord.start();
    temporal = await startTemporal();
    listener = new Child(process.execPath, [HOLDFAST, 'listen', 'discord'], {
      PATH: process.env['PATH'],
      HOLDFAST_HOME: await mkdtemp(path.join(inject('scratch'), 'listen-')),
      TEMPORAL_ADDRESS: temporal.address,
      ...discord.env,
    });
    await eventually(() => listener.output.includes('listener ready'), {
      ms: STARTS_WITHIN_MS,
      what: () => `ready: ${listener.output}`,
    });
  });
  afterAll(async () => {
    await listener?.kill();
    await Promise.all([temporal?.stop(), discord?.close()]);
  });

  it('begins no conversation by what people say among themselves, reword or take back', async () => {
    const among = discord.channel('700000000000000001');
    const chatter = discord.write(among, 'lunch?');
    discord.edit(among, chatter, 'lunch, anyone?');
    discord.delete(among, chatter);
    // Events are handled in their order.
    const asked = discord.channel('700000000000000002');
    discord.write(asked, 'are you there?', { mention: true });
    const conversations = new Conversations(
      temporal.client,
      () => DEFAULT_SETTINGS,
      () => 'mention',
    );
    await eventually(async () => (await conversations.of('discord')).includes(asked.id));
    expect(await conversations.of('discord')).toEqual([asked.id]);
  });
});
