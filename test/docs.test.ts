import { access, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../config/environment.ts';
import { missingSecrets } from '../config/platforms.ts';
import { COMMANDS } from '../contract/commands.ts';
import { RIGS } from './fakes/rigs.ts';

/** A person sets a platform up from docs/platforms.md alone. */
describe('docs/platforms.md', () => {
  let sections: string[];
  beforeAll(async () => {
    const text = await readFile(new URL('../docs/platforms.md', import.meta.url), 'utf8');
    sections = text.split(/^## /m).slice(1);
  });

  it.each(Object.keys(RIGS))('tells of %s: its variables, its webhook, its delivery', (name) => {
    const section = sections.find((one) => one.includes(`/webhooks/${name}`));
    expect(section).toBeDefined();
    for (const variable of missingSecrets(name, readEnvironment({})) ?? [])
      expect(section).toContain(variable);
    expect(section).toContain('**One visible reply.**');
  });
});

describe('docs/agents.md', () => {
  it('tells of every command', async () => {
    const text = await readFile(new URL('../docs/agents.md', import.meta.url), 'utf8');
    for (const { name } of COMMANDS) expect(text).toMatch(new RegExp(`^\\| \`/${name}\\b`, 'm'));
  });
});

describe('docs/security.md', () => {
  it('names tests that are there', async () => {
    const text = await readFile(new URL('../docs/security.md', import.meta.url), 'utf8');
    const named = [...text.matchAll(/`((?:e2e|gateway|platforms|tools|activities)\/[\w./-]+)`/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) await access(new URL(name ?? '', import.meta.url));
  });
});
