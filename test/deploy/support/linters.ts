import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython, installRequirements, NO_PYTHON } from '../../support/python.ts';

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const python = findPython();

/** Why tests that need linters are skipped; undefined if they are not. */
export const noLinters = python === undefined ? NO_PYTHON : undefined;

/** Installs the linters from PyPI, once. Returns their Python. */
export function installLinters(): Promise<string> {
  if (python === undefined) throw new Error(NO_PYTHON);
  return installRequirements(python, REQUIREMENTS, 'linters');
}

/** The program of this name that the linters brought. */
export const programOf = (linters: string, name: string) => path.join(path.dirname(linters), name);
