import type { Button } from '../../../contract/delivery.ts';

interface ReplyButtonsProps {
  /** What they are for. */
  label?: string;
  buttons: Button[];
  onChoice?: ((value: string) => void) | undefined;
}

/** The choices under a reply; a press is a message. */
export function ReplyButtons({ label: name = 'Choices', buttons, onChoice }: ReplyButtonsProps) {
  return (
    <div class="choices" role="group" aria-label={name}>
      {buttons.map(({ label, value }) => (
        <button key={value} type="button" disabled={!onChoice} onClick={() => onChoice?.(value)}>
          {label}
        </button>
      ))}
    </div>
  );
}
