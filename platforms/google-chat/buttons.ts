import type { Button } from '../../contract/delivery.ts';

/** Name of the parameter that a pressed button sends. */
export const BUTTON_VALUE = 'holdfast';

/**
 * Buttons under a message. `clickUrl`: add-ons name the URL that is called by a press; for other apps any name will do,
 * because every press goes to the app's one URL.
 */
export function accessoryWidgets(buttons: readonly Button[], clickUrl: string | undefined) {
  if (buttons.length === 0) return [];
  return [
    {
      buttonList: {
        buttons: buttons.map(({ label, value }) => ({
          text: label,
          onClick: {
            action: { function: clickUrl ?? 'press', parameters: [{ key: BUTTON_VALUE, value }] },
          },
        })),
      },
    },
  ];
}
