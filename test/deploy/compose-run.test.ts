import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';
import { type ClusterPrograms, findCluster } from '../../cli/cluster/find-cluster.ts';
import { makeDataFolder, postgresqlPlan, waitForPostgresql } from '../../cli/cluster/postgresql.ts';
import { secret } from '../../cli/home.ts';
import { waitForAddress } from '../../cli/ports.ts';
import { runTool } from '../../cli/run-tool.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { Child } from '../support/child.ts';
import { childOf } from '../support/cluster-server.ts';
import { eventually, STARTS_WITHIN_MS } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { missingOfCluster } from '../support/missing-of-cluster.ts';
import { COMPOSE, type Service, servicesOf } from './support/compose-file.ts';
import { goTool, missingOfGoTools } from './support/go-tools.ts';

const HOLDFAST = fileURLToPath(new URL('../../cli/holdfast.ts', import.meta.url));
const PORTS = ['GRPC', 'MEMBERSHIP'].flatMap((kind) =>
  ['FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'].map((name) => `${name}_${kind}_PORT`),
);
const missing = (await missingOfCluster(inject('scratch'))) ?? missingOfGoTools();
const stop = () => AbortSignal.timeout(STARTS_WITHIN_MS);

/** PostgreSQL with no database in it but its own. */
async function startPostgresql(home: string, programs: ClusterPrograms): Promise<number> {
  const cluster = { ...programs, home };
  const port = await freePort();
  await makeDataFolder(cluster, stop());
  const postgresql = childOf(postgresqlPlan(cluster, port));
  onTestFinished(() => postgresql.kill());
  await waitForPostgresql(port, stop());
  return port;
}

/** What each service of compose.yaml runs, with its variables, as processes of this machine: only addresses, ports and the password differ. */
test.skipIf(missing)(
  `what compose.yaml runs makes its databases, and holds a conversation${missing ? ` (${missing})` : ''}`,
  async () => {
    const services = await servicesOf(await goTool('compose'));
    const home = path.join(inject('scratch'), 'composed');
    mkdirSync(home);
    const terminal = createTerminal(process.stderr);
    const programs = await findCluster(home, { env: process.env, terminal, stop: stop() });
    const database = await startPostgresql(home, programs);
    const password = secret(home, 'postgresql.password');

    const bin = path.join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(programs.sql, path.join(bin, 'temporal-sql-tool'));
    symlinkSync(inject('temporal'), path.join(bin, 'temporal'));
    const PATH = `${bin}:${process.env.PATH}`;
    const envOf = (name: string, here: Record<string, string>) => {
      const { environment = {} } = services[name] ?? {};
      expect(Object.keys(environment).length, name).toBeGreaterThan(0);
      return { PATH, HOME: home, ...environment, ...here };
    };
    /** As at the first start and as at a later one. */
    const runTwice = async (name: string, here: Record<string, string>) => {
      const { entrypoint = [], command = [] } = services[name] as Service;
      const [program = '', ...args] = [...entrypoint, ...command];
      for (let start = 0; start < 2; start++)
        await runTool(program, args, { cwd: home, env: envOf(name, here), stop: stop() });
    };

    await runTwice('temporal-schema', {
      SQL_HOST: '127.0.0.1',
      SQL_PORT: String(database),
      SQL_PASSWORD: password,
    });

    const ports: Record<string, string> = {};
    for (const name of [...PORTS, 'FRONTEND_HTTP_PORT']) ports[name] = String(await freePort());
    const server = envOf('temporal', {
      ...ports,
      POSTGRES_SEEDS: '127.0.0.1',
      DB_PORT: String(database),
      POSTGRES_PWD: password,
      BIND_ON_IP: '127.0.0.1',
      DYNAMIC_CONFIG_FILE_PATH: path.join(COMPOSE, 'dynamic-config.yaml'),
    });
    const temporal = new Child(programs.server, ['start'], server);
    onTestFinished(() => temporal.kill());
    const address = `127.0.0.1:${ports['FRONTEND_GRPC_PORT']}`;
    await waitForAddress(address, stop(), () => {});
    await eventually(() => runTwice('temporal-namespace', { TEMPORAL_ADDRESS: address }).then(() => true), {
      ms: STARTS_WITHIN_MS,
      what: () => `the namespace is made: ${temporal.output.slice(-2_000)}`,
    });

    const port = String(await freePort());
    const ours = Object.keys(services).filter((name) => /^(gateway|worker-)/.test(name));
    const children = ours.map((name) => {
      const env = envOf(name, { TEMPORAL_ADDRESS: address, HOLDFAST_HOME: home, PORT: port });
      const child = new Child(process.execPath, [HOLDFAST, ...(services[name]?.command ?? [])], env);
      onTestFinished(() => child.kill());
      return child;
    });
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, {
      ms: STARTS_WITHIN_MS,
      what: () => `it is ready: ${children.map(({ output }) => output).join('\n')}`,
    });
    const answer = await fetch(`http://127.0.0.1:${port}/v1/conversations/c/messages?wait=60`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'call calculator {"expression": "6 * 7"}' }),
    });
    expect(await answer.json()).toMatchObject({ reply: { text: expect.stringContaining('42') } });
  },
  240_000,
);
