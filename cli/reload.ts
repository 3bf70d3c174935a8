import { checkConfigApart } from './check-config.ts';
import type { Supervised } from './supervisor/supervise.ts';
import type { Terminal } from './terminal.ts';

/** Restarts the processes that read the config, if the changed one is right; otherwise says what is wrong with it. */
export async function reload(
  env: NodeJS.ProcessEnv,
  processes: Supervised[],
  terminal: Terminal,
  stop: AbortSignal,
): Promise<void> {
  try {
    const { model } = await checkConfigApart(env, stop);
    terminal.line(`The config changed: restarting with model ${model}`);
    await Promise.all(processes.map((process) => process.restart()));
  } catch (error) {
    if (stop.aborted) return;
    const message = (error as Error).message;
    terminal.line(`${terminal.paint('red', 'The changed config is not used:')}\n${message}`);
  }
}
