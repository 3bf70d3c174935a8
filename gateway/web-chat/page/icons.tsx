import type { ToolOutcome } from '../../../contract/tool-call.ts';

/** The mark: a line made fast around a cleat. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M11 7v18M21 7v18M11 16h10" />
      <path d="M6.5 20.5c4 2.5 15-11.5 19-9" class="line" />
    </svg>
  );
}

const OUTCOMES: Record<ToolOutcome, string> = {
  ok: 'M4.5 10.5l3.5 3.5 7.5-8',
  error: 'M10 4.5v7M10 15v.5',
  unknown: 'M7 7.5a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M10 15.5v.4',
  cancelled: 'M5.5 10h9',
  denied: 'M4.5 10a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M6.2 6.2l7.6 7.6',
};

export function OutcomeIcon({ outcome }: { outcome: ToolOutcome }) {
  return (
    <svg class={`outcome ${outcome}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={OUTCOMES[outcome]} />
    </svg>
  );
}

/** A call waits for an approver. */
export function LockIcon() {
  return (
    <svg class="outcome waiting" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M5 9.5h10v6.5H5zM7 9.5V7a3 3 0 0 1 6 0v2.5" />
    </svg>
  );
}

export function SendIcon() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 16V4.5M4.5 10L10 4.5l5.5 5.5" />
    </svg>
  );
}

export function DownIcon() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 4v11.5M4.5 10l5.5 5.5 5.5-5.5" />
    </svg>
  );
}
