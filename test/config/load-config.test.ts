import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type Config, DEFAULT_SYSTEM } from '../../config/config.ts';
import { ConfigError, readEnvironment } from '../../config/environment.ts';
import { loadConfig } from '../../config/load-config.ts';
import { enabledPlatforms, missingSecrets } from '../../config/platforms.ts';

const tool = (name: string) =>
  `defineTool({ name: '${name}', description: 'x', input: z.object({}), effect: 'read', run: () => 'mine' })`;

async function load(body: string, env: Record<string, string> = {}): Promise<Config> {
  const file = path.join(await mkdtemp(path.join(inject('scratch'), 'config-')), 'holdfast.config.ts');
  const index = path.resolve('index.ts');
  const zod = path.resolve('node_modules/zod/index.js');
  await writeFile(
    file,
    `import { defineConfig, defineTool } from '${index}';\nimport { z } from '${zod}';\n${body}\n`,
  );
  return loadConfig(readEnvironment({ HOLDFAST_CONFIG: file, ...env }));
}

describe('the config', () => {
  it('has defaults for everything', async () => {
    const config = await load('export default defineConfig({});');
    expect(config.agents).toMatchObject([{ name: 'main', models: ['demo'], system: DEFAULT_SYSTEM }]);
    expect(config.agents[0].tools.map(({ name }) => name).toSorted()).toEqual([
      'attach_file',
      'calculator',
      'current_time',
      'fetch_url',
      'offer_choices',
      'wait',
    ]);
    expect(config.conversation).toEqual({
      whileBusy: 'steer',
      limits: { steps: 25, seconds: 3600, failures: 8 },
    });
  });

  it('adds tools, and one with the name of a built-in replaces it', async () => {
    const {
      agents: [agent],
    } = await load(`export default defineConfig({ agent: { tools: [${tool('mine')}, ${tool('wait')}] } });`);
    expect(agent.tools).toHaveLength(7);
    const wait = agent.tools.find(({ name }) => name === 'wait');
    expect(wait?.run({}, undefined as never)).toBe('mine');
  });

  it('offers delegation, to the agents of the config, within its limits', async () => {
    const agents = `agents: { clerk: { description: 'keeps files', builtInTools: ['calculator'] } }`;
    const agentsOf = async (more: string) => (await load(`export default defineConfig({ ${more} });`)).agents;
    const [main, clerk] = await agentsOf(
      `${agents}, conversation: { limits: { steps: 7 } }, delegation: { maxTasks: 2, maxDepth: 2, limits: { seconds: 60 } }`,
    );
    expect(clerk?.workflowTools).toEqual([]);
    const [delegate, cancel] = main?.workflowTools ?? [];
    expect([delegate?.name, delegate?.notFromDepth, cancel?.name, cancel?.notFromDepth]).toEqual([
      'delegate',
      2,
      'cancel_task',
      1,
    ]);
    const input = delegate?.input.parse({ task: ' file it ', agent: 'clerk' });
    expect(delegate?.plan(input)).toEqual({
      kind: 'delegate',
      task: 'file it',
      agent: 'clerk',
      maxTasks: 2,
      maxDepth: 2,
      limits: { steps: 7, seconds: 60, failures: 8 },
    });
    expect(delegate?.input.safeParse({ task: 'x', agent: 'nobody' }).success).toBe(false);
    const [alone] = await agentsOf('delegation: {}');
    expect(alone?.workflowTools[0]?.input.parse({ task: 'x', agent: 'clerk' })).toEqual({ task: 'x' });
    expect((await agentsOf('delegation: { maxDepth: 0 }'))[0]?.workflowTools).toEqual([]);
  });

  it('lets HOLDFAST_MODEL win', async () => {
    const body = `export default defineConfig({ agent: { model: 'openai/a' }, conversation: { limits: { steps: 3 } } });`;
    expect((await load(body)).agents[0].models).toEqual(['openai/a']);
    const config = await load(body, { HOLDFAST_MODEL: 'google/b' });
    expect(config.agents[0].models).toEqual(['google/b']);
    expect(config.conversation.limits).toEqual({ steps: 3, seconds: 3600, failures: 8 });
  });

  it('lets HOLDFAST_TRANSCRIPTION_MODEL win, and has no model for voice otherwise', async () => {
    const body = `export default defineConfig({ agent: { transcription: 'openai/a' } });`;
    expect(await load('export default defineConfig({});')).not.toHaveProperty('transcription');
    expect((await load(body)).transcription).toBe('openai/a');
    const config = await load(body, { HOLDFAST_TRANSCRIPTION_MODEL: 'openai/b' });
    expect(config.transcription).toBe('openai/b');
  });

  it.each([
    ['const nothing = 1;', /needs `export default defineConfig/],
    ['export default { agent: { modle: "x" } };', /agent: .*modle/],
    ['export default { agent: { tools: [{}] } };', /agent\.tools\.0: must be made by defineTool/],
    ['export default { conversation: { whileBusy: "panic" } };', /conversation\.whileBusy/],
    [`export default { agent: { tools: [${tool('a')}, ${tool('a')}] } };`, /"a" is there twice/],
    [`export default { agent: { tools: [${tool('call Model')}] } };`, /tool "call Model": name must be/],
    [
      `export default { agent: { tools: [${tool('deliver')}] } };`,
      /tool "deliver": name is used by holdfast/,
    ],
    ['export default {', /holdfast\.config\.ts/],
  ])('refuses %s, naming what is wrong', async (body, message) => {
    const error = await load(body).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(message);
  });
});

describe('a config file outside the package', () => {
  it('imports holdfast and zod all the same', async () => {
    const file = path.join(await mkdtemp(path.join(inject('scratch'), 'elsewhere-')), 'my.config.ts');
    const body = `export default defineConfig({ agent: { model: 'demo', tools: [${tool('mine')}] } });`;
    await writeFile(
      file,
      `import { defineConfig, defineTool } from 'holdfast';\nimport { z } from 'zod';\n${body}\n`,
    );
    const check = (env: Record<string, string> = {}) =>
      execFileSync(process.execPath, [path.resolve('cli/holdfast.ts'), 'config', 'check'], {
        cwd: path.dirname(file),
        env: { PATH: process.env.PATH, HOLDFAST_CONFIG: file, ...env },
        encoding: 'utf8',
        stdio: 'pipe',
      });
    expect(check()).toMatch(/OK/i);
    expect(() => check({ HOLDFAST_TRANSCRIPTION_MODEL: 'demo' })).toThrow(/not a model that transcribes/);
    await writeFile(file, `import 'not-installed-anywhere';\n`);
    expect(check).toThrow(/not-installed-anywhere/);
  });
});

describe('the environment', () => {
  it('names the variable that is wrong, and never its value', () => {
    const read = () => readEnvironment({ PORT: 'eighty', HTTP_CALLBACK_URL: 'ftp://secret-value' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT: .*\nHTTP_CALLBACK_URL: /);
    expect(read).not.toThrow(/secret-value|eighty/);
  });

  it('switches a platform on when all its secrets are set', () => {
    const half = readEnvironment({ TELEGRAM_BOT_TOKEN: '1:a', HTTP_WEBHOOK_SECRET: '' });
    expect(enabledPlatforms(half)).toEqual([]);
    expect(missingSecrets('telegram', half)).toEqual(['TELEGRAM_WEBHOOK_SECRET']);
    expect(missingSecrets('myspace', half)).toBeUndefined();
    const whole = readEnvironment({ TELEGRAM_BOT_TOKEN: '1:a', TELEGRAM_WEBHOOK_SECRET: 's' });
    expect(enabledPlatforms(whole)).toEqual(['telegram']);
  });
});
