import { spawnSync } from 'node:child_process';

/** What a program that checks files said, and whether they are right. */
export interface Verdict {
  ok: boolean;
  words: string;
}

/** Has a program check files. Throws if it cannot be run. */
export function check(command: string, args: string[], input?: string): Verdict {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', input });
  if (error) throw error;
  return { ok: status === 0, words: stdout + stderr };
}
