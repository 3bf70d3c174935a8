import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS, type CommandSpec } from '../../../contract/commands.ts';
import { createDiscord } from '../../../platforms/discord/discord.ts';
import { setDiscordWebhook } from '../../../platforms/discord/set-up.ts';
import type { WebhookRefused } from '../../../platforms/platform.ts';
import { FakeDiscord } from '../../fakes/discord/discord.ts';

describe('discord: set-up', () => {
  let fake: FakeDiscord;
  beforeEach(async () => {
    fake = await FakeDiscord.start();
  });
  afterEach(() => fake.close());

  const access = () => ({
    applicationId: fake.applicationId,
    botToken: fake.token,
    apiBaseUrl: fake.api.url,
  });

  /** A gateway that has only this platform. */
  async function serve() {
    const { inbound } = createDiscord({ ...access(), publicKey: fake.publicKey });
    const serveOne = async (request: IncomingMessage, response: ServerResponse) => {
      const answer = await inbound
        .receive({
          method: request.method ?? '',
          url: new URL(request.url ?? '', 'http://gateway'),
          headers: new Headers(request.headers as Record<string, string>),
          body: await buffer(request),
        })
        .then(
          ({ respond }) => respond?.() ?? Response.json({ ok: true }),
          (error: WebhookRefused) => new Response(null, { status: error.status }),
        );
      response.writeHead(request.url === '/webhooks/discord' ? answer.status : 404);
      response.end(await answer.text());
    };
    const server = createServer((request, response) => void serveOne(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it('registers the commands and the address, which Discord tries', async () => {
    const { server, url } = await serve();
    expect(await setDiscordWebhook(access(), url)).toContain(`${url}/webhooks/discord`);
    expect(fake.state.settings.endpoint).toBe(`${url}/webhooks/discord`);
    expect(fake.state.settings.commands[0]).toMatchObject({
      name: 'ask',
      options: [{ name: 'text', required: true }, { name: 'file' }],
    });
    server.close();
  });

  it('registers all the commands that there are, and no others', async () => {
    await setDiscordWebhook(access(), null);
    const [ask, ...commands] = fake.state.settings.commands;
    expect(ask?.name).toBe('ask');
    expect(commands.map(({ name, description, options = [] }) => [name, description, options])).toEqual(
      (COMMANDS as readonly CommandSpec[]).map(({ name, does, argument }) => [
        name,
        does,
        argument === undefined
          ? []
          : [{ type: 3, name: expect.stringMatching(/^[a-z]+$/), description: argument }],
      ]),
    );
    const optionOf = (name: string) => commands.find((each) => each.name === name)?.options?.[0]?.name;
    expect(optionOf('queue')).toBe('text');
    expect(optionOf('approve')).toBe('argument');
  });

  it('without an address: the commands, and interactions go to the listener', async () => {
    fake.state.settings.endpoint = 'https://old.example/webhooks/discord';
    expect(await setDiscordWebhook(access(), null)).toContain('the listener');
    expect(fake.state.settings.endpoint).toBeNull();
    expect(fake.state.settings.commands.length).toBeGreaterThan(1);
  });

  it('says that Discord does not like the address', async () => {
    const { server, url } = await serve();
    await expect(setDiscordWebhook(access(), `${url}/elsewhere`)).rejects.toThrow('could not be verified');
    server.close();
  });

  it('says that the token is wrong', async () => {
    await expect(setDiscordWebhook({ ...access(), botToken: 'x' }, 'https://a.example')).rejects.toThrow(
      'DISCORD_BOT_TOKEN is wrong',
    );
  });
});
