import { fileURLToPath } from 'node:url';
import { Child } from '../../test/support/child.ts';
import { eventually } from '../../test/support/eventually.ts';

/** Runs a program of a peer and waits until it says `ready`; it is ended again if it never does. Throws with its output then. */
export async function startProgram(script: URL, env: Record<string, string>): Promise<Child> {
  const child = new Child(process.execPath, [fileURLToPath(script)], {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'production',
    ...env,
  });
  try {
    await eventually(
      () => {
        if (child.ended) throw new Error(child.output);
        return /^ready$/m.test(child.output);
      },
      { what: `${script.pathname} is ready` },
    );
  } catch (error) {
    await child.kill();
    throw error;
  }
  return child;
}
