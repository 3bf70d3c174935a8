import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { WebhookRequest } from '../../../platforms/platform.ts';
import { type ApiRequest, FakeApi } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import {
  describeMessage,
  type FakeChannel,
  FakeChannels,
  type FakeMessage,
  type FakePerson,
  LOADING,
} from './channels.ts';
import { FakeGateway } from './gateway.ts';
import { actOn, type DiscordState, describeChannel } from './methods.ts';

export const ANN: FakePerson = { id: '200000000000000007', username: 'ann', global_name: 'Ann' };

export interface WriteOptions {
  from?: FakePerson;
  /** Names the bot. */
  mention?: boolean;
  files?: FakeFile[];
  /** More fields of the message, or others in their place. */
  extra?: Record<string, unknown>;
}

const APPLICATION = '100000000000000001';
const GUILD = '300000000000000001';

/** Discord with one bot in one server: its API, its gateway, and the requests of its webhook. */
export class FakeDiscord {
  readonly applicationId = APPLICATION;
  readonly token = 'MTAwMDAwMDAwMDAwMDAwMDAx.fake.token-of-the-bot';
  readonly #keys = generateKeyPairSync('ed25519');
  readonly state: DiscordState;
  api!: FakeApi;
  gateway!: FakeGateway;

  static async start(): Promise<FakeDiscord> {
    const fake = new FakeDiscord();
    fake.api = await FakeApi.start((request) => fake.#act(request));
    const { token, me } = fake.state;
    fake.gateway = await FakeGateway.start({ token, user: me, guilds: () => [fake.#describeGuild()] });
    return fake;
  }

  private constructor() {
    this.state = {
      applicationId: APPLICATION,
      token: this.token,
      // As with old applications, the bot's user has another id.
      me: { id: '100000000000000002', username: 'holdfast', bot: true },
      channels: new FakeChannels(),
      nonces: new Map(),
      interactions: new Map(),
      unanswered: new Map(),
      acknowledged: new Map(),
      hidden: new Set(),
      settings: { commands: [] },
      gateway: () => this.gateway,
      fileUrl: (message, index) => `${this.api.url}/files/${message}/${index}`,
      verify: (url) => this.#verify(url),
    };
  }

  get publicKey(): string {
    return this.#keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  }

  /** Variables that switch the platform on and point it here. */
  get env(): Record<string, string> {
    return {
      DISCORD_APPLICATION_ID: this.applicationId,
      DISCORD_PUBLIC_KEY: this.publicKey,
      DISCORD_BOT_TOKEN: this.token,
      DISCORD_API_BASE_URL: this.api.url,
    };
  }

  channel(id: string): FakeChannel {
    return this.state.channels.open(id, 0, GUILD);
  }

  direct(id: string): FakeChannel {
    return this.state.channels.open(id, 1);
  }

  /** A person writes in a channel: it is there, and the gateway says so. */
  write(
    channel: FakeChannel,
    text: string,
    { from = ANN, mention = false, files = [], extra = {} }: WriteOptions = {},
  ) {
    const { me, channels } = this.state;
    const message = channels.add(channel, {
      author: from,
      content: mention ? `<@${me.id}> ${text}` : text,
      files,
      extra: { ...(mention && { mentions: [me] }), ...extra },
    });
    this.gateway.dispatch('MESSAGE_CREATE', this.#event(channel, message));
    return message;
  }

  edit(channel: FakeChannel, message: FakeMessage, content: string): void {
    Object.assign(message, { content, editedAt: new Date().toISOString() });
    this.gateway.dispatch('MESSAGE_UPDATE', this.#event(channel, message));
  }

  delete(channel: FakeChannel, message: FakeMessage): void {
    channel.messages.splice(channel.messages.indexOf(message), 1);
    const { id, guild } = channel;
    this.gateway.dispatch('MESSAGE_DELETE', {
      id: message.id,
      channel_id: id,
      ...(guild !== undefined && { guild_id: guild }),
    });
  }

  /** A person uses a slash command; Discord defers its answer. */
  command(
    channel: FakeChannel,
    name: string,
    { text, file, deferred = true }: { text?: string; file?: FakeFile; deferred?: boolean } = {},
  ): Record<string, unknown> {
    const { channels, interactions, me, fileUrl } = this.state;
    const id = channels.nextId();
    const token = `token-${id}`;
    const answer = deferred
      ? channels.add(channel, { author: me, content: '', type: 20, flags: LOADING })
      : undefined;
    interactions.set(token, answer);
    const upload = file && channels.add(this.#uploads, { author: ANN, content: '', files: [file] });
    const [attachment] = upload ? describeMessage(upload, fileUrl).attachments : [];
    const options = [
      ...(text === undefined ? [] : [{ name: 'text', type: 3, value: text }]),
      ...(attachment ? [{ name: 'file', type: 11, value: attachment.id }] : []),
    ];
    return {
      ...this.#interaction(channel, id, token),
      type: 2,
      data: {
        id: '400000000000000001',
        name,
        type: 1,
        ...(options.length > 0 && { options }),
        ...(attachment && { resolved: { attachments: { [attachment.id]: attachment } } }),
      },
    };
  }

  /** A person presses a button under a message. */
  press(channel: FakeChannel, message: FakeMessage, label: string): Record<string, unknown> {
    const button = message.components.flatMap((row) => row.components).find((each) => each.label === label);
    if (!button) throw new Error(`no button "${label}"`);
    const id = this.state.channels.nextId();
    return {
      ...this.#interaction(channel, id, `token-${id}`),
      type: 3,
      message: describeMessage(message, this.state.fileUrl),
      data: { component_type: 2, custom_id: button.custom_id },
    };
  }

  /** An interaction comes over the gateway, and waits for its acknowledgement; returns what that will be kept by. */
  interact(channel: FakeChannel, interaction: Record<string, unknown>): string {
    const key = `${String(interaction['id'])}/${String(interaction['token'])}`;
    this.state.unanswered.set(key, channel);
    this.gateway.dispatch('INTERACTION_CREATE', interaction);
    return key;
  }

  /** The webhook request of a body; signed by another key, or at another time, if wanted. */
  sign(body: string, { key = this.#keys.privateKey, at = Date.now() } = {}): WebhookRequest {
    return {
      method: 'POST',
      url: new URL('http://gateway/webhooks/discord'),
      headers: new Headers(signedHeaders(body, key, at)),
      body: Buffer.from(body),
    };
  }

  /** What the bot's messages show, without those that still say that it is thinking. */
  shown(channel: FakeChannel): string[] {
    return this.own(channel).map(({ content }) => content);
  }

  own(channel: FakeChannel): FakeMessage[] {
    return channel.messages.filter(
      ({ author, flags }) => author.id === this.state.me.id && (flags & LOADING) === 0,
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.api.close(), this.gateway.close()]);
  }

  /** Files of commands are in no channel that anybody sees. */
  get #uploads(): FakeChannel {
    return this.state.channels.open('1');
  }

  #interaction(channel: FakeChannel, id: string, token: string): Record<string, unknown> {
    const person = { discriminator: '0', avatar: null, ...ANN };
    return {
      id,
      application_id: this.applicationId,
      token,
      version: 1,
      channel_id: channel.id,
      channel: { id: channel.id, type: channel.type },
      ...(channel.guild === undefined
        ? { user: person, context: 1 }
        : { guild_id: channel.guild, member: { user: person, nick: null, roles: [] }, context: 0 }),
    };
  }

  #event({ guild }: FakeChannel, message: FakeMessage) {
    const described = describeMessage(message, this.state.fileUrl);
    return guild === undefined
      ? described
      : { ...described, guild_id: guild, member: { nick: null, roles: [] } };
  }

  #describeGuild() {
    const all = [...this.state.channels.all.values()].filter(({ guild }) => guild === GUILD);
    return {
      id: GUILD,
      name: 'A server',
      unavailable: false,
      channels: all.filter(({ type }) => type === 0).map(describeChannel),
      threads: all.filter(({ type }) => type === 11).map(describeChannel),
    };
  }

  #act(request: ApiRequest) {
    const [, message, index] = /^\/files\/(\d+)\/(\d+)$/.exec(request.path) ?? [];
    if (message === undefined) return actOn(this.state, request);
    const all = [...this.state.channels.all.values()].flatMap(({ messages }) => messages);
    const file = all.find(({ id }) => id === message)?.files[Number(index)];
    if (!file || request.headers.authorization !== undefined) return { status: 404 };
    return { status: 200, body: file.bytes, headers: { 'content-type': file.mediaType } };
  }

  /** As Discord tries an endpoint: a ping that it must answer, and a wrong signature that it must refuse. */
  async #verify(url: string): Promise<boolean> {
    const body = JSON.stringify({ type: 1, id: this.state.channels.nextId(), token: 't', version: 1 });
    const statusOf = async (key: KeyObject) => {
      const headers = { 'content-type': 'application/json', ...signedHeaders(body, key, Date.now()) };
      const response = await fetch(url, { method: 'POST', body, headers });
      return response.ok && ((await response.json()) as { type?: number }).type === 1
        ? 'pong'
        : response.status;
    };
    const wrong = generateKeyPairSync('ed25519').privateKey;
    return (await statusOf(this.#keys.privateKey)) === 'pong' && (await statusOf(wrong)) === 401;
  }
}

function signedHeaders(body: string, key: KeyObject, at: number): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = sign(null, Buffer.from(timestamp + body), key).toString('hex');
  return { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp };
}
