import type { Button } from '../../contract/delivery.ts';

/** Labels of this length go side by side. */
const SHORT = 14;
const PER_ROW = 3;

/** Buttons under a message; what they send comes back as a callback query. */
export function keyboard(buttons: readonly Button[] = []) {
  if (buttons.length === 0) return {};
  const keys = buttons.map(({ label, value }) => ({ text: label, callback_data: value }));
  const columns = buttons.every(({ label }) => label.length <= SHORT) ? PER_ROW : 1;
  const rows = Array.from({ length: Math.ceil(keys.length / columns) }, (_, row) =>
    keys.slice(row * columns, (row + 1) * columns),
  );
  return { reply_markup: { inline_keyboard: rows } };
}
