import type { Button } from '../../contract/delivery.ts';
import { PLAIN, renderDialect } from '../text/dialect.ts';
import { withoutCalls } from './calls.ts';
import type { PressedValue } from './event.ts';
import { renderCardMarkdown } from './markdown.ts';

/** A message as the API takes it; `content` is JSON. */
export interface Form {
  msg_type: 'interactive' | 'text' | 'image' | 'file';
  content: string;
}

/** What a pressed button tells of its place, as Feishu does not. */
export type ButtonPlace = Omit<PressedValue, 'text'>;

/** Characters of a reply that a notification and the list of chats show. */
const SUMMARY = 80;

/**
 * The same reply in the forms to try, one after the other: with markup, without, and as a text for groups that take no cards.
 * `place` is where the buttons are.
 */
export function formsOf(
  text: string,
  buttons: readonly Button[] = [],
  place: ButtonPlace = {},
): [Form, Form, Form] {
  const summary = renderDialect(text, PLAIN).replaceAll(/\s+/g, ' ').slice(0, SUMMARY).toWellFormed();
  const card = (body: object): Form => ({
    msg_type: 'interactive',
    content: JSON.stringify({
      schema: '2.0',
      // Without `update_multi` it could not be edited.
      config: { update_multi: true, summary: { content: summary } },
      body: { elements: [body, ...row(buttons, place)] },
    }),
  });
  return [
    card({ tag: 'markdown', content: renderCardMarkdown(text) }),
    card({ tag: 'div', text: { tag: 'plain_text', content: text } }),
    { msg_type: 'text', content: JSON.stringify({ text: withoutCalls(withButtons(text, buttons)) }) },
  ];
}

function row(buttons: readonly Button[], place: ButtonPlace): object[] {
  if (buttons.length === 0) return [];
  const columns = buttons.map(({ label, value }) => ({
    tag: 'column',
    width: 'auto',
    elements: [
      {
        tag: 'button',
        text: { tag: 'plain_text', content: label },
        behaviors: [{ type: 'callback', value: { text: value, ...place } satisfies PressedValue }],
      },
    ],
  }));
  return [{ tag: 'column_set', flex_mode: 'flow', columns }];
}

/** A text has no buttons: they are told with what to write instead. A text may be five times as large as a card. */
function withButtons(text: string, buttons: readonly Button[]): string {
  const lines = buttons.map(({ label, value }) => (label === value ? label : `${label}: ${value}`));
  return [text, lines.join('\n')].filter(Boolean).join('\n\n');
}
