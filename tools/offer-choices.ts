import { z } from 'zod';
import { MAX_BUTTON_LABEL, MAX_BUTTON_VALUE, MAX_BUTTONS } from '../contract/delivery.ts';
import { defineTool } from './define-tool.ts';

/** Shows choices under the reply, as buttons where the platform has them. */
export const offerChoices = defineTool({
  name: 'offer_choices',
  description:
    'Show choices as buttons under your reply. The user answers by pressing one, which sends its text, or in their own words. ' +
    'Ask the question in your reply, then end it.',
  input: z.object({
    choices: z
      .array(z.string().trim().min(1).max(MAX_BUTTON_LABEL))
      .min(2)
      .max(MAX_BUTTONS)
      .refine((choices) => new Set(choices).size === choices.length, 'must differ from each other')
      .describe(`what the buttons say, at most ${MAX_BUTTON_LABEL} characters each`),
  }),
  effect: 'read',
  short: true,
  timeoutMs: 5_000,
  run({ choices }, { offer }) {
    offer(choices.map((label, index) => ({ label, value: fits(label) ? label : `${index + 1}` })));
    return 'The buttons will be under your reply.';
  },
});

function fits(value: string): boolean {
  return Buffer.byteLength(value) <= MAX_BUTTON_VALUE;
}
