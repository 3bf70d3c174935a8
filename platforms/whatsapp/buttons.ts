import { type Button, MAX_BUTTONS } from '../../contract/delivery.ts';

/** A list has as many rows, with titles of as many characters. */
export const MOST_BUTTONS = 10;
export const LONGEST_LABEL = 24;

/** Reply buttons are fewer and shorter, and stand under less text than a list. */
const MOST_REPLY_BUTTONS = 3;
const LONGEST_REPLY_LABEL = 20;
const LONGEST_TEXT_WITH_REPLY_BUTTONS = 1024;

/** A message with buttons under it: reply buttons, or else a list that opens. Pressing one sends its id. */
export function interactive(text: string, buttons: readonly Button[]) {
  const fit =
    buttons.length <= MOST_REPLY_BUTTONS &&
    text.length <= LONGEST_TEXT_WITH_REPLY_BUTTONS &&
    buttons.every(({ label }) => label.length <= LONGEST_REPLY_LABEL);
  const action = fit
    ? { buttons: buttons.map(({ label, value }) => ({ type: 'reply', reply: { id: value, title: label } })) }
    : {
        button: '☰',
        sections: [{ rows: buttons.map(({ label, value }) => ({ id: value, title: label })) }],
      };
  return {
    type: 'interactive',
    interactive: { type: fit ? 'button' : 'list', body: { text }, action },
  };
}

/** What the labels take at most as lines; an emoji may count twice. */
export const ROOM_FOR_LINES = MAX_BUTTONS * (2 * LONGEST_LABEL + 1);

/** Where there can be no buttons, as in groups, the text says what each would send, if `most` characters are enough for that. */
export function asLines(text: string, buttons: readonly Button[], most: number): string {
  const lines = buttons.map(({ label, value }) => (label === value ? label : `${label}: ${value}`));
  const whole = [text, ...lines].join('\n');
  return whole.length <= most ? whole : [text, ...buttons.map(({ label }) => label)].join('\n');
}
