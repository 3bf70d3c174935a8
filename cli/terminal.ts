import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Colour = 'cyan' | 'magenta' | 'yellow' | 'red' | 'dim' | 'bold';

/** Where the command writes: whole lines, and at the bottom how the current wait is going. */
export interface Terminal {
  line(text: string): void;
  /**
   * Shows how a wait is going and for how long: one line rewritten on a terminal, a plain line now and then elsewhere.
   * `fraction` (0 to 1) draws a bar.
   */
  progress(text: string, fraction?: number): void;
  /** The wait is over. */
  settle(): void;
  /** Colours text where the stream shows colours (not into files, not with NO_COLOR). */
  paint(colour: Colour, text: string): string;
}

export interface TerminalOptions {
  /** Milliseconds between two plain progress lines where nothing can be rewritten. */
  everyMs?: number;
}

interface Wait {
  text: string;
  fraction: number | undefined;
  since: number;
  timer: NodeJS.Timeout;
}

const CLEAR_LINE = '\r\u001b[2K';
const REWRITE_MS = 1000;

export function createTerminal(
  stream: Writable & { isTTY?: boolean; columns?: number },
  { everyMs = 10_000 }: TerminalOptions = {},
): Terminal {
  const rewrites = stream.isTTY === true;
  let wait: Wait | undefined;

  const draw = () => {
    if (!wait) return;
    const text = describe(wait);
    stream.write(rewrites ? CLEAR_LINE + text.slice(0, (stream.columns || 80) - 1) : `${text}\n`);
  };

  return {
    line(text) {
      stream.write(`${rewrites && wait ? CLEAR_LINE : ''}${text}\n`);
      if (rewrites) draw();
    },
    progress(text, fraction) {
      const isNew = wait === undefined;
      wait ??= {
        text,
        fraction,
        since: Date.now(),
        timer: setInterval(draw, rewrites ? REWRITE_MS : everyMs),
      };
      wait.text = text;
      wait.fraction = fraction;
      if (isNew || rewrites) draw();
    },
    settle() {
      if (!wait) return;
      clearInterval(wait.timer);
      wait = undefined;
      if (rewrites) stream.write(CLEAR_LINE);
    },
    paint: (colour, text) => styleText(colour, text, { stream }),
  };
}

function describe({ text, fraction, since }: Wait): string {
  const seconds = Math.floor((Date.now() - since) / 1000);
  const elapsed = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  if (fraction === undefined) return `${text}  ${elapsed}`;
  const filled = Math.round(fraction * 20);
  const bar = '█'.repeat(filled) + '░'.repeat(20 - filled);
  return `${bar} ${String(Math.floor(fraction * 100)).padStart(3)} %  ${text}  ${elapsed}`;
}
