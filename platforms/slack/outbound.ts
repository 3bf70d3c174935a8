import { z } from 'zod';
import { type Button, MAX_BUTTON_LABEL, MAX_BUTTONS, type Receipt } from '../../contract/delivery.ts';
import type { Outbound, OutboundContext } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import type { CallSlack } from './api.ts';
import { placeOf } from './conversation.ts';
import { findSent } from './find.ts';
import { MAX_BYTES, sizeOf, withMarkdown } from './format.ts';
import { sendSlackFile } from './send-file.ts';

const EVENT_TYPE = 'holdfast_reply';
const posted = z.object({ ts: z.string() });

export function createSlackOutbound(call: CallSlack): Outbound {
  // Replies are streamed by edits, not by chat.startStream: a stream can only be appended to and cannot be read back
  // while it runs, so that after a kill nobody could tell what it shows.
  const update = async (
    { conversation, signal }: OutboundContext,
    { messageId: ts }: Receipt,
    text: string,
    buttons?: readonly Button[],
  ) => {
    const { channel } = placeOf(conversation);
    // The message keeps its metadata.
    await withMarkdown(text, buttons, (content) =>
      call('chat.update', { channel, ts, ...content }, { signal }),
    );
  };

  return {
    split: (text, from) => splitToFit(text, from, MAX_BYTES, sizeOf),

    buttons: { most: MAX_BUTTONS, longestLabel: MAX_BUTTON_LABEL },

    // Slack allows about 50 edits a minute, of all conversations together.
    editEveryMs: 3_000,

    async post({ conversation, key, signal }, text, buttons) {
      const { channel, thread } = placeOf(conversation);
      const message = {
        channel,
        ...(thread !== undefined && { thread_ts: thread }),
        metadata: { event_type: EVENT_TYPE, event_payload: { key } },
        unfurl_links: false,
        unfurl_media: false,
      };
      const answer = await withMarkdown(text, buttons, (content) =>
        call('chat.postMessage', { ...message, ...content }, { signal }),
      );
      return { messageId: posted.parse(answer).ts };
    },

    edit: update,

    async find(context, text, buttons) {
      const receipt = await findSent(call, context, ({ ts, metadata }) =>
        metadata?.event_type === EVENT_TYPE && metadata.event_payload.key === context.key
          ? { messageId: ts }
          : undefined,
      );
      if (receipt) await update(context, receipt, text, buttons);
      return receipt;
    },

    sendFile: (context, file) => sendSlackFile(call, context, file),

    // Slack's two minutes, less what a call may take.
    typingLastsMs: 100_000,

    async typing({ conversation, signal }) {
      const { channel, thread } = placeOf(conversation);
      // Slack shows it in threads only. It takes it away with the next message, or after two minutes: so long one stays
      // that comes in after the last message.
      if (thread === undefined) return;
      const status = { channel_id: channel, thread_ts: thread, status: 'is thinking…' };
      // Only a nicety: nothing depends on it.
      await call('assistant.threads.setStatus', status, { signal }).catch(() => {});
    },
  };
}
