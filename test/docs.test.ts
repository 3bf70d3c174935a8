import { access, readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandsOf, createProgram, lineOf } from '../cli/program.ts';
import { createTerminal } from '../cli/terminal.ts';
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

describe('docs/cli.md', () => {
  const terminal = createTerminal(new PassThrough());
  const program = createProgram({ terminal, aside: terminal, env: {} });
  let sections: Map<string, string>;
  beforeAll(async () => {
    const text = await readFile(new URL('../docs/cli.md', import.meta.url), 'utf8');
    const parts = text.split(/^### `([^`]+)`\n|^## .*\n/m).slice(1);
    sections = new Map();
    for (let index = 0; index < parts.length; index += 2)
      if (parts[index]) sections.set(parts[index] ?? '', parts[index + 1] ?? '');
  });

  it('tells of the commands that there are, and of no other', () => {
    expect([...sections.keys()].toSorted()).toEqual(commandsOf(program).map(lineOf).toSorted());
  });

  it.each(commandsOf(program).map((command) => [lineOf(command), command] as const))(
    'tells of %s what its help tells, with an example',
    (line, command) => {
      const section = sections.get(line);
      expect(section?.toLowerCase()).toContain(command.description().toLowerCase());
      const helper = command.createHelp();
      for (const option of command.options)
        expect(section).toContain(`- \`${option.flags}\`: ${helper.optionDescription(option)}\n`);
      expect(section?.match(/^- `--/gm)?.length ?? 0).toBe(command.options.length);
      const [name] = line.split(/ [<[]/);
      // The default command of a group is written without its name.
      expect(section).toMatch(new RegExp(`^\`\`\`sh\\n[^\`]*${name?.replace(/ list$/, '')}\\b`, 'm'));
    },
  );
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
