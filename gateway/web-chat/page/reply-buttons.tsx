import type { Button } from '../../../contract/delivery.ts';

interface ReplyButtonsProps {
  buttons: Button[];
  onChoice?: ((value: string) => void) | undefined;
}

/** The choices under a reply; a press is a message. */
export function ReplyButtons({ buttons, onChoice }: ReplyButtonsProps) {
  return (
    <div class="choices" role="group" aria-label="Choices">
      {buttons.map(({ label, value }) => (
        <button key={value} type="button" disabled={!onChoice} onClick={() => onChoice?.(value)}>
          {label}
        </button>
      ))}
    </div>
  );
}
