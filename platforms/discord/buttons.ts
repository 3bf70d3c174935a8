import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
} from 'discord-api-types/v10';
import type { Button } from '../../contract/delivery.ts';

const PER_ROW = 5;

/** Rows of buttons; what they send comes back as an interaction. */
export function rowsOf(
  buttons: readonly Button[] = [],
): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  const all = buttons.map(
    ({ label, value }): APIButtonComponentWithCustomId => ({
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label,
      custom_id: value,
    }),
  );
  return Array.from({ length: Math.ceil(all.length / PER_ROW) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: all.slice(row * PER_ROW, (row + 1) * PER_ROW),
  }));
}
