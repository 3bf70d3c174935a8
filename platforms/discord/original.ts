import { MessageFlags, Routes } from 'discord-api-types/v10';
import type { Receipt } from '../../contract/delivery.ts';
import type { OutboundContext } from '../platform.ts';
import { type CallDiscord, DiscordRefused } from './api.ts';
import { isSnowflake, timeOf } from './snowflake.ts';

/** How long an interaction's token is good for. */
const LIFE_MS = 15 * 60_000;
/** Discord may see our answer to a command before it has seen that the answer was deferred. */
const SETTLES_MS = 5_000;
/** The token is used up, or the message was deleted. */
const GONE = new Set([10_008, 10_015, 10_062, 50_027]);

/** The deferred answer of a slash command, which is made to show a reply. */
export interface Original {
  messageId: string;
  /** It still says that the bot is thinking. */
  isWaiting: boolean;
}

type Addressed = Pick<OutboundContext, 'returnAddress' | 'signal'>;

export class Originals {
  readonly #call: CallDiscord;
  readonly #applicationId: string;

  constructor(call: CallDiscord, applicationId: string) {
    this.#call = call;
    this.#applicationId = applicationId;
  }

  /** Undefined where no command is answered, or where its deferred answer is gone. */
  async find(context: Addressed): Promise<Original | undefined> {
    const { token, interaction } = liveAddress(context) ?? {};
    if (token === undefined || interaction === undefined) return undefined;
    try {
      const { id, flags = 0 } = await this.#call<{ id: string; flags?: number }>({
        what: 'reading a deferred answer',
        method: 'GET',
        route: Routes.webhookMessage(this.#applicationId, token),
        auth: false,
        signal: context.signal,
      });
      return { messageId: id, isWaiting: (flags & MessageFlags.Loading) !== 0 };
    } catch (error) {
      if (!(error instanceof DiscordRefused && GONE.has(error.code))) throw error;
      if (Date.now() - timeOf(interaction) < SETTLES_MS)
        throw new Error('Discord does not know the deferred answer yet', { cause: error });
      return undefined;
    }
  }

  /** Makes it show this, or another message of the same interaction. Repeating it changes nothing. */
  async show(context: Addressed, body: object, messageId?: string): Promise<Receipt> {
    const { token = '' } = liveAddress(context) ?? {};
    const { id } = await this.#call<{ id: string }>({
      what: 'answering a command',
      method: 'PATCH',
      route: Routes.webhookMessage(this.#applicationId, token, messageId),
      body,
      auth: false,
      signal: context.signal,
    });
    return { messageId: id };
  }

  /** Takes it away, where another message has the answer. */
  async remove(context: Addressed): Promise<void> {
    const { token = '' } = liveAddress(context) ?? {};
    await this.#call({
      what: 'removing a deferred answer',
      method: 'DELETE',
      route: Routes.webhookMessage(this.#applicationId, token),
      auth: false,
      signal: context.signal,
    });
  }
}

/** The return address of a command, as long as its token is good. */
export function liveAddress({ returnAddress }: Pick<OutboundContext, 'returnAddress'>) {
  const { token, interaction } = returnAddress ?? {};
  if (!token || !isSnowflake(interaction)) return undefined;
  return Date.now() - timeOf(interaction) < LIFE_MS ? { token, interaction } : undefined;
}
