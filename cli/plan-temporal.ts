import type { Environment } from '../config/environment.ts';
import type { Group } from './group.ts';
import { databaseFile, pidFile } from './home.ts';
import { freePort, waitForAddress } from './ports.ts';
import { endLeftover } from './processes.ts';
import { LEAN_GO, temporalArguments } from './temporal/arguments.ts';
import { findTemporal } from './temporal/find.ts';
import { watchServer } from './temporal/watch-server.ts';
import type { Terminal } from './terminal.ts';

/** Which Temporal server to use, and how to run it if it is our own. */
export interface TemporalPlan {
  /** host:port */
  address: string;
  /** Base URL of its UI, if known. */
  ui: string | undefined;
  /** What else of it is told when all is running. */
  told?: [label: string, value: string][];
  /** Starts our own; it may answer only later. */
  run?: (group: Group) => Promise<void>;
}

export interface PlanOptions {
  environment: Environment;
  /** Base URL of the codec server, for its UI. */
  codecServer: string | undefined;
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  stop: AbortSignal;
}

/** The server at TEMPORAL_ADDRESS once it answers, or else one of our own on the data folder. Throws UserErrors. */
export async function planTemporal({
  environment,
  codecServer,
  env,
  terminal,
  stop,
}: PlanOptions): Promise<TemporalPlan> {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_UI_URL: givenUi, HOLDFAST_HOME: home } = environment;
  // One that was left over would go on writing to our database.
  const left = await endLeftover(pidFile(home, 'temporal'), databaseFile(home));
  if (left) terminal.line(`Ended the Temporal server (pid ${left}) that an earlier start left running.`);
  if (address) {
    await waitForAddress(address, stop, () =>
      terminal.progress(`Waiting for the Temporal server at ${address} (TEMPORAL_ADDRESS)`),
    );
    terminal.settle();
    return { address, ui: givenUi };
  }

  const port = await freePort({
    host: '127.0.0.1',
    port: environment.HOLDFAST_TEMPORAL_PORT,
    who: 'the Temporal server',
    variable: 'HOLDFAST_TEMPORAL_PORT',
    otherwise: `If a Temporal server runs there, use it with TEMPORAL_ADDRESS=127.0.0.1:${environment.HOLDFAST_TEMPORAL_PORT}.`,
  });
  const uiPort = await freePort({
    host: '127.0.0.1',
    port: environment.HOLDFAST_TEMPORAL_UI_PORT,
    who: "Temporal's UI",
    variable: 'HOLDFAST_TEMPORAL_UI_PORT',
  });
  const namespace = env.TEMPORAL_NAMESPACE;
  const command = await findTemporal({ env, terminal, stop });
  const args = temporalArguments({ port, uiPort, codecServer, database: databaseFile(home), namespace });
  const ownAddress = `127.0.0.1:${port}`;
  return {
    address: ownAddress,
    ui: givenUi ?? `http://127.0.0.1:${uiPort}`,
    async run(group) {
      // It stores what they encrypt.
      const without = { ...LEAN_GO, ...env, HOLDFAST_ENCRYPTION_KEYS: undefined };
      const plans = [{ name: 'temporal', command, args, env: without, kind: 'quiet' }] as const;
      for (const server of group.start(plans)) {
        void watchServer({
          address: ownAddress,
          stop,
          async restart(why) {
            terminal.line(`The Temporal server ${why}: it is started again.`);
            await server.restart();
          },
        });
      }
    },
  };
}
