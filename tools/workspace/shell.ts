import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import type { Approval, Tool } from '../tool.ts';
import { commandEnvironment } from './command-environment.ts';
import { commandScope } from './command-scope.ts';
import { runCommand } from './run-command.ts';
import type { Workspace } from './workspace.ts';

const MAX_SECONDS = 3600;
const DEFAULT_SECONDS = 120;

interface ShellInput {
  command: string;
  timeoutSeconds?: number | undefined;
}

export interface ShellOptions {
  approval: Approval<ShellInput>;
  /** Added to the environment of commands. */
  env: Record<string, string>;
}

/** Runs a command in the workspace. What it starts dies with it: at its end, a timeout, `/stop`, or its worker's death. */
export function shell(workspace: Workspace, { approval, env }: ShellOptions): Tool {
  return defineTool<ShellInput>({
    name: 'shell',
    description:
      'Run a shell command in the workspace folder and see its exit code and output. There is no input and no terminal; ' +
      'what it leaves in the background is ended with it.',
    input: z.object({
      command: z
        .string()
        .max(16_000)
        .regex(/\S/, 'is empty')
        .describe('for instance git status, or ls | wc -l'),
      timeoutSeconds: z
        .number()
        .min(1)
        .max(MAX_SECONDS)
        .optional()
        .describe(`after which it is killed; ${DEFAULT_SECONDS} if left out, at most ${MAX_SECONDS}`),
    }),
    effect: 'once',
    approval,
    grantScope: ({ command }) => commandScope(command),
    // Longer than any command may take: how a command ended is for this tool to tell.
    timeoutMs: (MAX_SECONDS + 60) * 1000,
    async run({ command, timeoutSeconds = DEFAULT_SECONDS }, { signal, progress }) {
      return runCommand(command, {
        cwd: await workspace.folder(),
        env: commandEnvironment(env),
        timeoutMs: timeoutSeconds * 1000,
        signal,
        progress,
      });
    },
  });
}
