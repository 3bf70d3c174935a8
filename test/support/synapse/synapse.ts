import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runTool } from '../../../cli/run-tool.ts';
import { Child } from '../child.ts';
import { eventually } from '../eventually.ts';

/** The homeserver's part of user ids. */
export const SERVER_NAME = 'holdfast.test';

export interface SynapseOptions {
  /** The Python that has it. */
  python: string;
  /** Folder for its database, media and keys. */
  home: string;
  port: number;
  /** A registration file's text. */
  registration: string;
}

/** A real homeserver: Synapse on SQLite, alone in the world, in which anyone may register. */
export class Synapse {
  readonly #options: SynapseOptions;
  #process!: Child;

  private constructor(options: SynapseOptions) {
    this.#options = options;
  }

  static async start(options: SynapseOptions): Promise<Synapse> {
    const synapse = new Synapse(options);
    await synapse.#configure();
    await synapse.start();
    return synapse;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  async start(): Promise<void> {
    this.#process = new Child(this.#options.python, this.#arguments(), { PATH: process.env.PATH });
    await eventually(
      async () => {
        if (this.#process.ended) throw new Error(this.#process.output);
        return (await fetch(`${this.url}/_matrix/client/versions`)).ok;
      },
      { ms: 60_000, what: 'Synapse answers' },
    );
  }

  /** SIGKILL: it has no time to write anything down. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  #arguments(...further: string[]): string[] {
    return [
      '-m',
      'synapse.app.homeserver',
      '--config-path',
      path.join(this.#options.home, 'homeserver.yaml'),
      ...further,
    ];
  }

  async #configure(): Promise<void> {
    const { python, home, port, registration } = this.#options;
    await mkdir(home, { recursive: true });
    const inHome = (name: string) => path.join(home, name);
    await writeFile(inHome('registration.yaml'), registration);
    const config = {
      server_name: SERVER_NAME,
      listeners: [
        { port, bind_addresses: ['127.0.0.1'], type: 'http', tls: false, resources: [{ names: ['client'] }] },
      ],
      database: { name: 'sqlite3', args: { database: inHome('homeserver.db') } },
      media_store_path: inHome('media'),
      signing_key_path: inHome('signing.key'),
      pid_file: inHome('homeserver.pid'),
      trusted_key_servers: [],
      report_stats: false,
      enable_registration: true,
      enable_registration_without_verification: true,
      app_service_config_files: [inHome('registration.yaml')],
    };
    // JSON is YAML.
    await writeFile(inHome('homeserver.yaml'), JSON.stringify(config));
    const stop = AbortSignal.timeout(60_000);
    await runTool(python, this.#arguments('--generate-keys'), { cwd: home, env: process.env, stop });
  }
}
