import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnGuarded } from '../spawn-guarded.ts';
import { BoundedOutput } from './bounded-output.ts';

/** How often who watches sees the output's last lines. */
const SHOW_MS = 400;
/** What a program that left its group may still hold open is not waited for. */
const LAST_WORDS_MS = 500;
/**
 * Standard error goes where standard output goes, so that both are read in the order in which they were written. With nothing to
 * read, what asks ends; and bash, which takes a socket for a remote login, does not read the user's own settings.
 */
const IN_SHELL =
  'exec </dev/null 2>&1; if command -v bash >/dev/null; then exec bash -c "$1"; fi; exec sh -c "$1"';

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  signal: AbortSignal;
  progress(text: string): void;
}

/**
 * Runs a command by bash, or sh where there is none, and tells how it ended and what it wrote. All that it started has ended
 * then too. Throws the signal's reason if that ended it.
 */
export async function runCommand(command: string, options: CommandOptions): Promise<string> {
  const { cwd, env, timeoutMs, signal, progress } = options;
  signal.throwIfAborted();
  const running = spawnGuarded('/bin/sh', ['-c', IN_SHELL, 'sh', command], { cwd, env });
  const output = new BoundedOutput();
  const show = atMostEvery(SHOW_MS, () => progress(output.lastLines(3, 300)));
  running.stdout.on('data', (chunk: Buffer) => {
    output.add(chunk);
    show.soon();
  });
  signal.addEventListener('abort', running.kill);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    running.kill();
  }, timeoutMs);
  try {
    const { code, signal: killedBy } = await running.ended;
    await Promise.race([
      finished(running.stdout).catch(() => {}),
      delay(LAST_WORDS_MS, undefined, { ref: false }),
    ]);
    signal.throwIfAborted();
    const byWhat = isLate ? `its time limit, after ${timeoutMs / 1000} s` : killedBy;
    const ending = killedBy ? `Ended by ${byWhat}.` : `Exit code ${code}.`;
    return `${ending}\n\n${output.text.trimEnd() || '(no output)'}`;
  } finally {
    clearTimeout(timer);
    show.stop();
    signal.removeEventListener('abort', running.kill);
    running.stdout.destroy();
  }
}

/** Calls back a while after the first of several wishes, so that none of them is the last without being heard. */
function atMostEvery(ms: number, callback: () => void): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    soon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        callback();
      }, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
