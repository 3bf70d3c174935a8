import type { Outbound } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import { placeOf } from './conversation.ts';
import { type Homeserver, matrixPath } from './homeserver.ts';
import { MAX_CONTENT_BYTES, sizeOf } from './message.ts';
import type { Rooms } from './rooms.ts';
import { editText, sendText, sentBefore } from './send.ts';
import { sendMatrixFile } from './send-file.ts';

/** UTF-16 units of a part: text and HTML, and the text again in an edit, are then about what an event may have. */
const PART = 16_000;
const TYPING_MS = 15_000;

export function createMatrixOutbound(homeserver: Homeserver, rooms: Rooms, userId: string): Outbound {
  return {
    split: (text, from) => splitToFit(text, from, PART, (part) => (sizeOf(part) / MAX_CONTENT_BYTES) * PART),

    post: (context, text) => sendText(homeserver, rooms, context, text),

    edit: (context, receipt, text) => editText(homeserver, context, receipt, text),

    /** A homeserver forgets transaction ids when it restarts: so it looks first, and looks again at what came of it. */
    async find(context, text) {
      const before = await sentBefore(homeserver, context, userId);
      const { messageId } = before ?? (await sendText(homeserver, rooms, context, text));
      const now = before ?? (await sentBefore(homeserver, context, userId));
      if (now && now.shown !== text) await editText(homeserver, context, { messageId }, text);
      return { messageId };
    },

    sendFile: (context, file) => sendMatrixFile(homeserver, rooms, userId, context, file),

    async typing({ conversation, signal }) {
      const { roomId } = placeOf(conversation);
      const path = matrixPath`/_matrix/client/v3/rooms/${roomId}/typing/${userId}`;
      const json = { typing: true, timeout: TYPING_MS };
      // Only a nicety: nothing depends on it.
      await homeserver.act({ what: 'typing', path, method: 'PUT', json, signal }).catch(() => {});
    },
  };
}
