import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTool } from '../../../cli/run-tool.ts';
import { installRequirements } from '../../support/python.ts';

const MAKER = fileURLToPath(new URL('./make-state.py', import.meta.url));
/** Hermes Agent and what its session store needs. */
const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));

/** A database that Hermes Agent's own code has written, with so many more chats of Telegram in it. Returns its path. */
export async function makeHermesState(python: string, chats: number): Promise<string> {
  const hermes = await installRequirements(python, REQUIREMENTS, 'hermes-agent');
  const home = mkdtempSync(path.join(tmpdir(), 'holdfast-hermes-'));
  await runTool(hermes, [MAKER, home, String(chats)], {
    cwd: home,
    env: { ...process.env, HERMES_HOME: home },
    stop: AbortSignal.timeout(120_000),
  });
  return path.join(home, 'state.db');
}
