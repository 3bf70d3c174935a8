import type { ToolOutcome } from '../../../contract/tool-call.ts';
import { LockIcon, OutcomeIcon } from './icons.tsx';
import type { Call } from './reply.ts';

const OUTCOMES: Record<ToolOutcome, string> = {
  ok: 'done',
  error: 'failed',
  unknown: 'outcome unknown',
  cancelled: 'cancelled',
  denied: 'not allowed',
};
const SHORT = 80;

interface ToolCallProps {
  call: Call;
  /** Its turn has ended without it. */
  abandoned: boolean;
  /** It must be allowed first. */
  waits: boolean;
}

/** One row that can be opened: what was asked, how it goes, what came of it. */
export function ToolCall({ call, abandoned, waits }: ToolCallProps) {
  const outcome = call.result?.outcome ?? (abandoned ? 'cancelled' : undefined);
  const going = waits ? 'needs approval' : (call.progress ?? 'running');
  const word = outcome ? OUTCOMES[outcome] : going;
  return (
    <li>
      <details class="call" data-outcome={outcome ?? (waits ? 'waiting' : 'running')}>
        <summary>
          {outcome ? <OutcomeIcon outcome={outcome} /> : waits ? <LockIcon /> : <span class="spinner" />}
          <code>{call.name}</code> <span class="input">{shortInput(call.input)}</span>{' '}
          <span class={outcome === 'ok' ? 'sr-only' : 'word'}>{word}</span>
        </summary>
        <dl>
          <dt>Input</dt>
          <dd>
            <pre>{JSON.stringify(call.input, null, 2)}</pre>
          </dd>
          {call.result && (
            <>
              <dt>Output</dt>
              <dd>
                <pre>{call.result.output || '(nothing)'}</pre>
              </dd>
            </>
          )}
        </dl>
      </details>
    </li>
  );
}

/** The input in a few words: a lone text as it is, anything else with its names. */
function shortInput(input: unknown): string {
  if (typeof input !== 'object' || input === null) return input === undefined ? '' : wordOf(input);
  const entries = Object.entries(input);
  const [only] = entries.length === 1 ? entries.map(([, value]) => value) : [];
  const text =
    typeof only === 'string' ? only : entries.map(([name, value]) => `${name}: ${wordOf(value)}`).join(', ');
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
