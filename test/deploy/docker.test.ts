import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { eventually, STARTS_WITHIN_MS } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { check } from './support/check.ts';
import { Container } from './support/container.ts';
import { buildImage, type Image, missingOfImages } from './support/image.ts';
import { installLinters, noLinters, programOf } from './support/linters.ts';

const DOCKERFILE = fileURLToPath(new URL('../../deploy/docker/Dockerfile', import.meta.url));
const CONFIG = `
import { defineConfig, defineTool } from 'holdfast';
import { z } from 'zod';
const whoami = defineTool({
  name: 'whoami', description: 'Who runs this.', effect: 'read', input: z.object({}),
  run: () => ({ uid: process.getuid?.(), version: process.versions.node }),
});
export default defineConfig({ agent: { tools: [whoami] } });
`;
const missing = missingOfImages();

describe.skipIf(noLinters)(`Dockerfile${noLinters ? ` (${noLinters})` : ''}`, { timeout: 600_000 }, () => {
  it('is what a linter accepts, which finds what is wrong', async () => {
    const hadolint = programOf(await installLinters(), 'hadolint');
    expect(check(hadolint, [DOCKERFILE])).toEqual({ ok: true, words: '' });
    const broken = path.join(inject('scratch'), 'Dockerfile');
    writeFileSync(
      broken,
      readFileSync(DOCKERFILE, 'utf8').replaceAll(/^FROM node:\S+/gm, 'FROM node:latest'),
    );
    expect(check(hadolint, [broken])).toMatchObject({ ok: false, words: expect.stringContaining('DL3007') });
  });
});

describe.skipIf(missing)(`the image${missing ? ` (${missing})` : ''}`, { timeout: 240_000 }, () => {
  let image: Image;
  beforeAll(async () => {
    image = await buildImage(inject('scratch'), {
      'holdfast.config.ts': CONFIG,
      '.env': 'HOLDFAST_API_KEYS=secret',
    });
  }, 600_000);
  afterAll(() => image?.remove());

  it('holds a conversation, read-only and without rights, with the config that was in the folder', async () => {
    const temporal = await startTemporal();
    onTestFinished(() => temporal.stop());
    const port = String(await freePort());
    const env = { TEMPORAL_ADDRESS: temporal.address, HOST: '127.0.0.1', PORT: port };
    const start = async (...role: string[]) => {
      const container = await Container.run(image, inject('scratch'), role, env);
      onTestFinished(() => container.kill());
      return container;
    };
    const gateway = await start();
    const worker = await start('worker');
    const address = `http://127.0.0.1:${port}`;
    await eventually(async () => (await fetch(`${address}/readyz`)).ok, {
      ms: STARTS_WITHIN_MS,
      what: () => `it is ready: ${gateway.output} ${worker.output}`,
    });
    const response = await fetch(`${address}/v1/conversations/c/messages?wait=30`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'call whoami {}' }),
    });
    expect(JSON.stringify(await response.json())).toMatch(/"uid\W+1000/);
    expect(gateway.health()).toEqual({ ok: true, words: '' });
    expect(worker.health()).toEqual({ ok: true, words: '' });
    process.kill(gateway.inside, 'SIGSTOP');
    expect(gateway.health().ok).toBe(false);
    const { inside } = gateway;
    await gateway.kill();
    expect(existsSync(`/proc/${inside}`)).toBe(false);
  });

  it('has what starts fast, and nothing that is secret or of another machine', () => {
    const has = (...files: string[]) =>
      check('sh', ['-c', `ls -d ${files.map((file) => image.root + file).join(' ')}`]).ok;
    expect(has('/var/lib/holdfast/cache/workflows-*.js', '/var/lib/holdfast/cache/compiled/*-1000/*')).toBe(
      true,
    );
    for (const file of ['.env', 'test', 'docs', '.git', 'node_modules/node/bin/node', 'node_modules/vitest'])
      expect(has(`/app/${file}`), file).toBe(false);
    const { words } = check('ls', [`${image.root}/app/node_modules/@temporalio/core-bridge/releases`]);
    expect(words.trim().split('\n')).toHaveLength(1);
  });
});
