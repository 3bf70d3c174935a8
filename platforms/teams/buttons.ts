import { z } from 'zod';
import type { Button } from '../../contract/delivery.ts';

const pressed = z.object({ holdfast: z.string().min(1) });

/** An Adaptive Card with nothing but buttons. */
export function buttonCard(buttons: readonly Button[]) {
  return {
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: {
      type: 'AdaptiveCard',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      version: '1.4',
      body: [],
      actions: buttons.map(({ label, value }) => ({
        type: 'Action.Submit',
        title: label,
        data: {
          msteams: { type: 'messageBack', displayText: label, text: value, value: { holdfast: value } },
        },
      })),
    },
  };
}

/** What a pressed button of ours sends; undefined for the value of anything else. */
export function pressedValue(value: unknown): string | undefined {
  return pressed.safeParse(value).data?.holdfast;
}
