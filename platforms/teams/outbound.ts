import { z } from 'zod';
import type { Button, Receipt } from '../../contract/delivery.ts';
import type { Answer } from '../call.ts';
import { jsonOf } from '../call.ts';
import { DeliveryRefused, type NamedFile, type Outbound, type OutboundContext } from '../platform.ts';
import { splitToFit } from '../text/split-to-fit.ts';
import { codeOf, type TeamsApi, teamsFailure } from './api.ts';
import { buttonCard } from './buttons.ts';
import { renderXml } from './format.ts';

/** Teams takes about 100 KB of UTF-16, and advises to stay under 80. */
const MAX_UNITS = 80_000 / 2;
/** Pictures that Teams shows in a message. */
const PICTURES = new Set(['image/gif', 'image/jpeg', 'image/png']);
const LARGEST_PICTURE = 1024 * 1024;

const sent = z.object({ id: z.string().min(1) });

export function createTeamsOutbound(api: TeamsApi): Outbound {
  const write = async (
    method: 'POST' | 'PUT',
    path: string,
    context: OutboundContext,
    text: string,
    buttons: readonly Button[] = [],
  ): Promise<Answer> => {
    const attachments = buttons.length > 0 ? { attachments: [buttonCard(buttons)] } : {};
    const send = (markup: { text: string; textFormat: 'xml' | 'plain' }) =>
      api.request(context, method, path, { type: 'message', ...markup, ...attachments });
    const answer = await send({ text: renderXml(text), textFormat: 'xml' });
    return answer.status === 400 && codeOf(answer) === 'BadSyntax'
      ? send({ text, textFormat: 'plain' })
      : answer;
  };

  return {
    split: (text, from) => splitToFit(text, from, MAX_UNITS, (part) => renderXml(part).length),

    async post(context, text, buttons) {
      return receiptOf(await write('POST', activitiesOf(context), context, text, buttons));
    },

    async edit(context, { messageId }, text, buttons) {
      const path = `${activitiesOf(context)}/${encodeURIComponent(messageId)}`;
      const answer = await write('PUT', path, context, text, buttons);
      if (!answer.ok) throw teamsFailure(answer);
    },

    // 60 writes in 30 seconds, of all replies in the conversation together.
    editEveryMs: 1500,
    buttons: { most: 6, longestLabel: 40 },

    async sendFile(context, file) {
      const path = activitiesOf(context);
      if (!isPicture(file))
        throw new DeliveryRefused('Teams: shows pictures of up to 1 MB, and takes no other files from apps');
      const { name, mediaType, bytes } = file;
      const contentUrl = `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`;
      const attachments = [{ contentType: mediaType, contentUrl, name }];
      return receiptOf(await api.request(context, 'POST', path, { type: 'message', attachments }));
    },

    async typing(context) {
      // Only a nicety: nothing depends on it.
      await api.request(context, 'POST', activitiesOf(context), { type: 'typing' }).catch(() => {});
    },
  };
}

function activitiesOf({ conversation }: Pick<OutboundContext, 'conversation'>): string {
  return `/v3/conversations/${encodeURIComponent(conversation)}/activities`;
}

function isPicture({ mediaType, bytes }: NamedFile): boolean {
  return PICTURES.has(mediaType) && bytes.length <= LARGEST_PICTURE;
}

function receiptOf(answer: Answer): Receipt {
  if (!answer.ok) throw teamsFailure(answer);
  const { data } = sent.safeParse(jsonOf(answer));
  if (!data) throw new Error(`${answer.what}: the answer has no id`);
  return { messageId: data.id };
}
