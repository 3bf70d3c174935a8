import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type Config, DEFAULT_SYSTEM } from '../../config/config.ts';
import { ConfigError, readEnvironment } from '../../config/environment.ts';
import { loadConfig } from '../../config/load-config.ts';
import { enabledPlatforms, missingSecrets } from '../../config/platforms.ts';
import { WORK } from '../../contract/queues.ts';
import { BUILT_IN_TOOLS } from '../../tools/built-in-tools.ts';

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
    expect(config.agents[0].builtInTools).toEqual([...BUILT_IN_TOOLS, 'delegate', 'cancel_task']);
    expect(config.agents[0].tools).toEqual([]);
    expect(config.timeZone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(config.conversation).toEqual({
      whileBusy: 'steer',
      limits: { steps: 25, seconds: 3600, failures: 8 },
    });
  });

  it('adds tools, and one with the name of a built-in replaces it', async () => {
    const {
      agents: [agent],
    } = await load(`export default defineConfig({ agent: { tools: [${tool('mine')}, ${tool('wait')}] } });`);
    expect(agent.tools.map(({ name }) => name)).toEqual(['mine', 'wait']);
    expect(agent.builtInTools).toEqual(
      [...BUILT_IN_TOOLS, 'delegate', 'cancel_task'].filter((name) => name !== 'wait'),
    );
  });

  it('takes the names of the built-in tools that an agent has, and no others', async () => {
    const body = (name: string) =>
      `export default defineConfig({ agent: { builtInTools: ['recall', '${name}'] } });`;
    expect((await load(body('wait'))).agents[0].builtInTools).toEqual(['recall', 'wait']);
    await expect(load(body('rember'))).rejects.toThrow(/agent\.builtInTools: .*"rember".*remember/);
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

  it('has named agents with the default one’s model, and the built-in tools that they name', async () => {
    const { agents, routes } = await load(
      `export default defineConfig({
        agent: { model: 'openai/a', models: ['openai/b', 'openai/a'] },
        agents: { coder: { description: 'codes', system: 'Code.', tools: [${tool('mine')}], builtInTools: ['wait'] } },
        routes: [{ agent: 'coder', platform: 'slack' }],
      });`,
    );
    expect(agents).toMatchObject([
      { name: 'main', models: ['openai/a', 'openai/b'] },
      { name: 'coder', description: 'codes', system: 'Code.', models: ['openai/a'], builtInTools: ['wait'] },
    ]);
    expect(agents[1]?.tools.map(({ name }) => name)).toEqual(['mine']);
    expect(routes).toEqual([{ agent: 'coder', platform: 'slack' }]);
  });

  it('takes windows, prices and a reset policy, and has none by default', async () => {
    const body = `export default defineConfig({ agent: { contextWindow: 50_000, compactAt: 0.5 }, agents: { other: {} },
      conversation: { reset: { dailyAt: '04:00', timeZone: 'Europe/Berlin' } },
      prices: { 'openai/a': { input: 1.25, output: 10, cachedInput: 0.125 } } });`;
    const { agents, reset, prices } = await load(body);
    expect(agents[0]).toMatchObject({ contextWindow: 50_000, compactAt: 0.5 });
    expect(agents[1]).not.toHaveProperty('contextWindow');
    expect(reset).toEqual({ dailyAt: '04:00', timeZone: 'Europe/Berlin' });
    expect(prices).toEqual({ 'openai/a': { input: 1.25, output: 10, cachedInput: 0.125 } });
    expect(await load('export default defineConfig({});')).toMatchObject({ reset: 'none', prices: {} });
  });

  it('has workers of their own only where work has queues of its own', async () => {
    const body = (queues: string) => `export default defineConfig({ queues: '${queues}' });`;
    const alone = { HOLDFAST_WORK: 'delivery' };
    expect((await load('export default defineConfig({});')).queues).toBe('one');
    expect((await load(body('split'), alone)).queues).toBe('split');
    expect((await load(body('one'), { HOLDFAST_WORK: WORK.join() })).queues).toBe('one');
    expect((await load(body('one'), { ...alone, HOLDFAST_QUEUES: 'split' })).queues).toBe('split');
    expect((await load(body('split'), { HOLDFAST_QUEUES: 'one' })).queues).toBe('one');
    await expect(load(body('one'), alone)).rejects.toThrow(
      /^HOLDFAST_WORK: .*unset it, or .*queues: 'split'/,
    );
  });

  it.each([
    ['const nothing = 1;', /needs `export default defineConfig/],
    ['export default { agent: { modle: "x" } };', /agent: .*modle/],
    ['export default { agents: { main: {} } };', /agents\.main: .*default agent/],
    ['export default { agents: { "My Agent": {} } };', /agents.*lower-case/],
    ['export default { routes: [{ agent: "nobody" }] };', /routes\.0\.agent: .*"nobody"/],
    ['export default { agent: { builtInTools: ["fly"] } };', /agent\.builtInTools: .*"fly".*wait/],
    [
      'export default { access: { people: { ann: { identities: ["42"] } } } };',
      /identities\.0: .*telegram:123456/,
    ],
    [
      'export default { access: { people: { ann: { role: "boss", identities: ["http:1"] } } } };',
      /ann\.role/,
    ],
    ['export default { approvals: { expireHours: 0 } };', /approvals\.expireHours/],
    ['export default { agent: { tools: [{}] } };', /agent\.tools\.0: must be made by defineTool/],
    ['export default { conversation: { whileBusy: "panic" } };', /conversation\.whileBusy/],
    ['export default { timeZone: "Berlin" };', /timeZone: must be an IANA name, for instance Europe\/Berlin/],
    ['export default { timeZone: "+02:00" };', /timeZone: must be an IANA name/],
    [
      'export default { agent: { builtInTools: ["fly"] } };',
      /builtInTools: there is no "fly"; there are current_time,/,
    ],
    [`export default { agent: { tools: [${tool('a')}, ${tool('a')}] } };`, /"a" is there twice/],
    [`export default { agent: { tools: [${tool('call Model')}] } };`, /tool "call Model": name must be/],
    ['export default { agent: { contextWindow: 10 } };', /agent\.contextWindow: .*1000/],
    ['export default { agent: { compactAt: 70 } };', /agent\.compactAt/],
    ['export default { prices: { "openai/a": { input: -1, output: 1 } } };', /prices\.openai\/a\.input/],
    ['export default { conversation: { reset: "daily" } };', /conversation\.reset: must be 'none', \{ idle/],
    [
      'export default { conversation: { reset: { dailyAt: "4:00" } } };',
      /reset\.dailyAt: must be a time of day/,
    ],
    [
      'export default { conversation: { reset: { dailyAt: "04:00", timeZone: "Mars" } } };',
      /reset\.timeZone: must be a time zone/,
    ],
    [
      `export default { agent: { tools: [${tool('compact')}] } };`,
      /tool "compact": name is used by holdfast/,
    ],
    [
      `export default { agent: { tools: [${tool('deliver')}] } };`,
      /tool "deliver": name is used by holdfast/,
    ],
    [
      `export default { access: { people: { ada: { identities: ['telegram:1'] }, bob: { identities: ['slack:U1', 'telegram:1'] } } } };`,
      /access\.people\.bob\.identities: telegram:1 is an identity of ada and of bob/,
    ],
    ['export default { access: { policy: "closed" } };', /access\.policy/],
    ['export default { access: { limits: { turnsPerDay: 0 } } };', /access\.limits\.turnsPerDay/],
    ['export default { access: { groups: { "Telegram": "never" } } };', /access\.groups.*\{platform\}/],
    ['export default { mcpServers: { a: { comand: "x" } } };', /mcpServers\.a\.command: /],
    ['export default { queues: "two" };', /queues: .*"one"\|"split"/],
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
    const body = `export default defineConfig({ queues: 'split', agent: { model: 'demo', tools: [${tool('mine')}] } });`;
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
    const voices = { HOLDFAST_TRANSCRIPTION_MODEL: 'demo' };
    expect(() => check(voices)).toThrow(/not a model that transcribes/);
    expect(check({ ...voices, HOLDFAST_WORK: 'tools,delivery' })).toMatch(/OK/i);
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

  it('says which kinds of work a worker does: all, or those that are named', () => {
    const work = (value?: string) =>
      readEnvironment(value === undefined ? {} : { HOLDFAST_WORK: value }).HOLDFAST_WORK;
    expect(work()).toEqual(WORK);
    expect(work('delivery, model,model')).toEqual(['model', 'delivery']);
    for (const wrong of ['tool', ',', 'model;tools'])
      expect(() => work(wrong)).toThrow(
        /^HOLDFAST_WORK: must be one or more of conversation, model, tools, del/,
      );
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
