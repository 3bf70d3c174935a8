import { createRequire } from 'node:module';
import { freePort } from '../../../test/support/free-port.ts';
import { post } from '../../post.ts';
import { NotInstalled, type System, type SystemOptions } from '../../system.ts';
import { startProgram } from '../program.ts';
import { startPostgres } from './postgres.ts';

/** DBOS on a PostgreSQL of its own; ingress and workflows are one process. */
export async function startDbos({ world, scratch }: SystemOptions): Promise<System> {
  try {
    createRequire(import.meta.url).resolve('@dbos-inc/dbos-sdk');
  } catch {
    throw new NotInstalled('npm ci --prefix bench/peers/dbos');
  }
  const { server, url } = await startPostgres(scratch);
  // A fast shutdown: it waits for no client.
  const stop = () => server.kill('SIGINT');
  const port = await freePort();
  try {
    const application = await startProgram(new URL('./application.mjs', import.meta.url), {
      DATABASE_URL: url,
      WORLD_URL: world.url,
      PORT: String(port),
    });
    return {
      name: 'dbos',
      send: (message) => post(`http://127.0.0.1:${port}/`, JSON.stringify(message)),
      processes: () => ({ postgres: [server.pid], application: [application.pid] }),
      async close() {
        await application.kill();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
