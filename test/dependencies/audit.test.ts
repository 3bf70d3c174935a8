import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';

const AUDIT = fileURLToPath(new URL('audit.ts', import.meta.url));

/** Runs it with npm as it is, at a registry that answers so. */
async function audit(answer: RequestListener): Promise<{ code: number | null; output: string }> {
  const registry = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  // npm keeps what it was told.
  const cache = await mkdtemp(path.join(inject('scratch'), 'npm-'));
  const told = { npm_config_registry: url, npm_config_cache: cache, npm_config_fetch_retries: '0' };
  const env = { ...process.env, ...told };
  try {
    return await new Promise((resolve) => {
      const child = execFile(process.execPath, [AUDIT], { env }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, output: stdout + stderr }),
      );
    });
  } finally {
    registry.closeAllConnections();
    registry.close();
  }
}

const tells =
  (severity: string): RequestListener =>
  ({ method }, response) => {
    const advisory = {
      id: 1,
      url: 'https://example.com/advisory',
      title: 'It can be broken',
      severity,
      vulnerable_versions: '>=0.0.0',
    };
    response.setHeader('content-type', 'application/json');
    if (method === 'POST') response.end(JSON.stringify({ hono: [advisory] }));
    else response.writeHead(404).end('{}');
  };

it('a severe weakness fails, and is named', async () => {
  const { code, output } = await audit(tells('high'));
  expect(output).toContain('hono');
  expect(output).toContain('It can be broken https://example.com/advisory');
  expect(code).toBe(1);
});

it('another one does not', async () => {
  expect(await audit(tells('moderate'))).toEqual({
    code: 0,
    output: 'Audited: no severe weakness is known of what runs in production.\n',
  });
});

it('a registry without audits is told of', async () => {
  const { code, output } = await audit((_request, response) => void response.writeHead(405).end());
  expect(output).toMatch(/^Not audited: /);
  expect(code).toBe(0);
});
