import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Child } from '../../../test/support/child.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { post } from '../../post.ts';
import { NotInstalled, type System, type SystemOptions } from '../../system.ts';
import { startProgram } from '../program.ts';

/** Restate's server, with its defaults and one node, and a handler. The server itself is the ingress. */
export async function startRestate({ world, scratch }: SystemOptions): Promise<System> {
  const executable = findServer();
  const ingressPort = await freePort();
  const adminPort = await freePort();
  const handlerPort = await freePort();
  const handler = await startProgram(new URL('./handler.mjs', import.meta.url), {
    RESTATE_LOGGING: 'WARN',
    WORLD_URL: world.url,
    PORT: String(handlerPort),
  });
  const server = new Child(executable, ['--node-name', 'bench', '--no-logo', '--listen-mode', 'tcp'], {
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_BASE_DIR: await mkdtemp(path.join(scratch, 'restate-')),
    RESTATE_BIND_IP: '127.0.0.1',
    RESTATE_BIND_PORT: String(await freePort()),
    RESTATE_INGRESS__BIND_PORT: String(ingressPort),
    RESTATE_ADMIN__BIND_PORT: String(adminPort),
  });
  const close = async () => {
    await Promise.all([server.kill(), handler.kill()]);
  };
  const ingress = `http://127.0.0.1:${ingressPort}`;
  try {
    await eventually(
      async () => {
        if (server.ended) throw new Error(server.output);
        return (await fetch(`${ingress}/restate/health`)).ok;
      },
      { what: 'Restate answers' },
    );
    const deployment = JSON.stringify({ uri: `http://127.0.0.1:${handlerPort}` });
    await eventually(() => post(`http://127.0.0.1:${adminPort}/deployments`, deployment).then(() => true), {
      what: 'Restate takes the handler',
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: 'restate',
    send: (message) =>
      post(
        `${ingress}/conversation/${encodeURIComponent(message.conversation)}/message/send`,
        JSON.stringify(message),
        { 'idempotency-key': message.id },
      ),
    processes: () => ({ server: [server.pid], handler: [handler.pid] }),
    close,
  };
}

function findServer(): string {
  const { resolve } = createRequire(import.meta.url);
  try {
    resolve('@restatedev/restate-sdk');
    return resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`);
  } catch {
    throw new NotInstalled('npm ci --prefix bench/peers/restate');
  }
}
