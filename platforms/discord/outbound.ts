import { Routes } from 'discord-api-types/v10';
import { type Button, MAX_BUTTON_LABEL, MAX_BUTTONS } from '../../contract/delivery.ts';
import type { Outbound, OutboundContext } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import { type CallDiscord, DiscordRefused } from './api.ts';
import { rowsOf } from './buttons.ts';
import { createBotId, findUnrecorded } from './find.ts';
import { contentOf, MAX_LENGTH, renderDiscord } from './format.ts';
import { liveAddress, Originals } from './original.ts';
import { channelOf, editMessage, NO_MENTIONS, sendMessage } from './send.ts';
import { sendDiscordFile } from './send-file.ts';

export function createDiscordOutbound(call: CallDiscord, applicationId: string): Outbound {
  const originals = new Originals(call, applicationId);
  const botId = createBotId(call);
  /** Commands whose deferred answer is known not to wait any more. */
  const settled = new Set<string>();

  /** Where another message has the answer, nothing must go on saying that the bot is thinking. */
  const settle = async (context: OutboundContext, messageId: string) => {
    const { interaction } = liveAddress(context) ?? {};
    if (interaction === undefined || settled.has(interaction)) return;
    const original = await originals.find(context);
    if (original?.isWaiting && original.messageId !== messageId) await originals.remove(context);
    settled.add(interaction);
    if (settled.size > 1_000) settled.clear();
  };

  return {
    split: (text, from) => splitToFit(text, from, MAX_LENGTH, (part) => renderDiscord(part).length),

    buttons: { most: MAX_BUTTONS, longestLabel: MAX_BUTTON_LABEL },

    async post(context, text, buttons) {
      const body = bodyOf(text, buttons);
      const original = await originals.find(context);
      if (original && !context.knownMessageIds.includes(original.messageId))
        return originals.show(context, { ...body, ...NO_MENTIONS });
      const sent = await sendMessage(call, context, body);
      // The first message of this key, which may have shown less.
      if (sent.content !== body.content) await editMessage(call, context, sent.id, body);
      return { messageId: sent.id };
    },

    async edit(context, { messageId }, text, buttons) {
      const body = bodyOf(text, buttons);
      await settle(context, messageId);
      try {
        await editMessage(call, context, messageId, body);
      } catch (error) {
        // Where the bot is no member, only the command's token gives access.
        if (!(error instanceof DiscordRefused && error.status !== 400 && liveAddress(context))) throw error;
        await originals.show(context, { ...body, ...NO_MENTIONS }, messageId);
      }
    },

    async find(context, text, buttons) {
      const body = bodyOf(text, buttons);
      const original = await originals.find(context);
      if (original && !context.knownMessageIds.includes(original.messageId))
        return original.isWaiting ? undefined : originals.show(context, { ...body, ...NO_MENTIONS });
      const found = await findUnrecorded(call, botId, context, 'text');
      if (!found) return undefined;
      await editMessage(call, context, found.id, body);
      return { messageId: found.id };
    },

    findsByElimination: true,

    sendFile: (context, file) => sendDiscordFile(call, botId, context, file),

    async typing(context) {
      // The deferred answer shows it already.
      if (liveAddress(context)) return;
      const route = Routes.channelTyping(channelOf(context));
      // Only a nicety: nothing depends on it.
      await call({ what: 'typing', method: 'POST', route, signal: context.signal }).catch(() => {});
    },
  };
}

function bodyOf(text: string, buttons?: readonly Button[]) {
  return { content: contentOf(text), components: rowsOf(buttons) };
}
