import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { check, type Verdict } from './check.ts';

/** A service as the Compose specification's own code reads it. */
export interface Service {
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown>;
  healthcheck?: unknown;
}

export const COMPOSE = fileURLToPath(new URL('../../../deploy/compose/', import.meta.url));
export const text = readFileSync(path.join(COMPOSE, 'compose.yaml'), 'utf8');
/** What the password is here: the checker takes no variables from outside. */
const PASSWORD = 'secret';

/** Whether this is a file of the Compose specification; if so, it is written as JSON. */
export async function validate(checker: string, compose: string): Promise<Verdict> {
  const file = path.join(await mkdtemp(path.join(inject('scratch'), 'compose-')), 'compose.yaml');
  writeFileSync(file, compose.replaceAll(/\$\{POSTGRES_PASSWORD:\?[^}]+\}/g, PASSWORD));
  return check(checker, ['--format', 'json', file]);
}

export async function servicesOf(checker: string): Promise<Record<string, Service>> {
  const { words } = await validate(checker, text);
  return (JSON.parse(words) as { services: Record<string, Service> }).services;
}
