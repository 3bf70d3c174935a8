import {
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
  type GatewayGuildCreateDispatchData,
  type GatewayReadyDispatchData,
} from 'discord-api-types/v10';
import type { z } from 'zod';
import { type ListenOptions, type Received, WebhookRefused } from '../platform.ts';
import { acknowledge } from './acknowledge.ts';
import type { CallDiscord } from './api.ts';
import { type Backfill, backfillDirect, backfillGuild } from './backfill.ts';
import { type DiscordInteraction, interaction } from './interaction.ts';
import { type ListenState, saveState } from './listen-state.ts';
import { deletion, message } from './message.ts';
import { readInteraction } from './read-interaction.ts';
import { readDeletion, readEdit, readMessage } from './read-message.ts';
import { isNewer, snowflakeAt, timeOf } from './snowflake.ts';

/** Messages of different channels may come a little out of the order of their ids. */
const MARGIN_MS = 60_000;
/** Events that are not for us after which the place in the stream is saved even if more are waiting. */
const SAVE_EVERY = 50;

export interface StreamOptions extends Pick<ListenOptions, 'conversations' | 'log' | 'signal'> {
  state: ListenState;
  stateFile: string;
  /** Goes on trying. */
  call: CallDiscord;
  store: ListenOptions['store'];
  /** Something that cannot be mended here. */
  failed(error: unknown): void;
}

/**
 * Handles Discord's events one after another, in their order, and saves the place in the stream only behind what is
 * stored: a process that is killed gets the rest again, and what it gets twice is recognised by its event id.
 */
export class EventStream {
  readonly #options: StreamOptions;
  readonly #state: ListenState;
  /** Conversations that exist; read when they are first needed. */
  #known: Set<string> | undefined;
  #tail = Promise.resolve();
  #waiting = 0;
  #broken = false;
  #unsaved = 0;
  #received = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#received = options.state.session?.sequence ?? 0;
  }

  /** A new session began: `resumeUrl` and the first sequence number are its own. */
  ready(data: GatewayReadyDispatchData, sequence: number): void {
    this.#received = sequence;
    this.#add(async () => {
      await this.#begin(data);
      this.#state.session = { id: data.session_id, resumeUrl: data.resume_gateway_url, sequence };
      await this.#save();
    });
  }

  dispatch(event: GatewayDispatchPayload): void {
    // After a resume, what is still waiting here comes again.
    if (event.t === GatewayDispatchEvents.Ready || event.s <= this.#received) return;
    this.#received = event.s;
    this.#add(async () => {
      await this.#handle(event);
      if (this.#state.session) this.#state.session.sequence = event.s;
      this.#unsaved += 1;
      if (this.#waiting === 0 || this.#unsaved >= SAVE_EVERY) await this.#save();
    });
  }

  #add(act: () => Promise<void>): void {
    const { signal, failed } = this.#options;
    this.#waiting += 1;
    const before = this.#tail;
    const run = async () => {
      await before;
      this.#waiting -= 1;
      // Nothing behind what failed may be taken for handled.
      if (signal.aborted || this.#broken) return;
      try {
        await act();
      } catch (error) {
        this.#broken = true;
        if (!signal.aborted) failed(error);
      }
    };
    this.#tail = run();
  }

  async #save(): Promise<void> {
    this.#unsaved = 0;
    await saveState(this.#options.stateFile, this.#state);
  }

  /** A new session says nothing of what was missed since the last one: it is read. */
  async #begin({ user, guilds }: GatewayReadyDispatchData): Promise<void> {
    const state = this.#state;
    state.botId = user.id;
    const { log } = this.#options;
    const after = state.unread?.after ?? (state.newest && snowflakeAt(timeOf(state.newest) - MARGIN_MS));
    if (after === undefined) {
      state.newest = snowflakeAt(Date.now());
      return;
    }
    const stored = await backfillDirect(await this.#conversations(), this.#backfill(after));
    log('read the direct messages that were missed', { messages: stored });
    if (guilds.length > 0) state.unread = { after, guilds: guilds.map(({ id }) => id) };
    else delete state.unread;
  }

  #backfill(after: string): Backfill {
    const { call, signal } = this.#options;
    return { call, signal, after, botId: this.#botId, store: (messages) => this.#store(messages) };
  }

  get #botId(): string {
    if (this.#state.botId === undefined) throw new Error('Discord has not said who the bot is');
    return this.#state.botId;
  }

  /** Resolves with how many of them were for us. */
  async #store(messages: Received['messages']): Promise<number> {
    const taken = await this.#options.store(messages);
    if (taken.length === 0) return 0;
    for (const { conversation } of taken) this.#known?.add(conversation);
    this.#unsaved = SAVE_EVERY;
    return taken.length;
  }

  async #handle({ t: type, d: data }: GatewayDispatchPayload): Promise<void> {
    switch (type) {
      case GatewayDispatchEvents.GuildCreate:
        return this.#readGuild(data);
      case GatewayDispatchEvents.MessageCreate:
        return this.#handleMessage(data, readMessage);
      case GatewayDispatchEvents.MessageUpdate:
        return this.#handleMessage(data, readEdit);
      case GatewayDispatchEvents.MessageDelete:
      case GatewayDispatchEvents.MessageDeleteBulk:
        return this.#handleDeletion(data);
      case GatewayDispatchEvents.InteractionCreate:
        return this.#handleInteraction(data);
      default:
    }
  }

  async #readGuild(guild: GatewayGuildCreateDispatchData): Promise<void> {
    const { unread } = this.#state;
    if (!unread?.guilds.includes(guild.id) || guild.unavailable) return;
    const stored = await backfillGuild(guild, this.#backfill(unread.after));
    this.#options.log('read the messages of a server that were missed', {
      server: guild.id,
      messages: stored,
    });
    const guilds = unread.guilds.filter((id) => id !== guild.id);
    if (guilds.length > 0) this.#state.unread = { ...unread, guilds };
    else delete this.#state.unread;
  }

  async #handleMessage(data: unknown, read: typeof readMessage): Promise<void> {
    const found = this.#parse(message, data);
    if (!found) return;
    const incoming = read(found, { botId: this.#botId, inGuild: found.guild_id !== undefined });
    if (incoming) await this.#store([incoming]);
    const { newest } = this.#state;
    if (newest === undefined || isNewer(found.id, newest)) this.#state.newest = found.id;
  }

  async #handleDeletion(data: unknown): Promise<void> {
    const { id, ids = [], channel_id: channel, guild_id: guild } = this.#parse(deletion, data) ?? {};
    // Taking back a message must not begin a conversation.
    if (channel === undefined || !(await this.#conversations()).has(channel)) return;
    const all = id === undefined ? ids : [id, ...ids];
    await this.#store(all.map((each) => readDeletion(channel, each, guild !== undefined)));
  }

  /** Commands and buttons come here where the application has no interactions endpoint URL. */
  async #handleInteraction(data: unknown): Promise<void> {
    const found = this.#parse(interaction, data);
    const received = found && this.#readInteraction(found);
    if (!received || received.messages.length === 0) return;
    const taken = await this.#store(received.messages);
    const respond = (taken === 0 && received.respondUnwanted) || received.respond;
    const { call, log, signal } = this.#options;
    const failure = await acknowledge(call, found, respond, signal);
    if (failure !== undefined) log('an interaction was not acknowledged', { reason: failure });
  }

  #readInteraction(found: DiscordInteraction): Received | undefined {
    try {
      return readInteraction(found);
    } catch (error) {
      if (!(error instanceof WebhookRefused)) throw error;
      this.#options.log('skipped an interaction that cannot be read', { reason: error.message });
      return undefined;
    }
  }

  async #conversations(): Promise<Set<string>> {
    if (!this.#known) {
      const known = new Set<string>();
      for await (const conversation of this.#options.conversations()) known.add(conversation);
      this.#known = known;
    }
    return this.#known;
  }

  #parse<T>(shape: z.ZodType<T>, data: unknown): T | undefined {
    const parsed = shape.safeParse(data);
    if (!parsed.success)
      this.#options.log('skipped an event that cannot be read', { field: fieldOf(parsed.error) });
    return parsed.data;
  }
}

function fieldOf({ issues: [issue] }: z.ZodError): string {
  return issue?.path.join('.') ?? '';
}
