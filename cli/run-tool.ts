import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

export interface ToolOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  stop: AbortSignal;
  /** Whom it runs as; by default ourselves. */
  user?: { uid: number; gid: number };
  /** It takes long, and whatever else the machine does comes first. */
  givesWay?: true;
  /** Gets each line of standard error. */
  onErrorLine?: (line: string) => void;
}

/** Runs a program to its end and returns its standard output. Throws with its last error lines if it fails. */
export async function runTool(command: string, args: string[], options: ToolOptions): Promise<string> {
  const { cwd, env, stop, user, givesWay, onErrorLine } = options;
  const child = spawn(command, args, {
    cwd,
    env,
    ...user,
    signal: stop,
    killSignal: 'SIGINT',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (givesWay && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (lastLines.push(line) > 20) lastLines.shift();
    onErrorLine?.(line);
  });
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code === 0) return output;
  throw new Error(lastLines.join('\n') || `${command} ended with ${signal ?? `exit code ${code}`}`);
}
