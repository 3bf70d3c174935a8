import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installRequirements } from '../python.ts';

/** Synapse and all that it needs, each at an exact version. */
const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));

/** Installs the homeserver from PyPI into a cache outside the tree, once: about two minutes. Returns its Python. */
export function installSynapse(python: string): Promise<string> {
  const version = /^matrix-synapse==(.+)$/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1];
  return installRequirements(python, REQUIREMENTS, `synapse ${version}`);
}
