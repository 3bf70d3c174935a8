import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { LEAN_MALLOC } from '../../cli/child-environment.ts';
import type { ClusterPrograms } from '../../cli/cluster/find-cluster.ts';
import type { ConversationView } from '../../contract/signals.ts';
import type { Entry, ReplyEntry } from '../../contract/transcript.ts';
import { PROJECT } from './build.ts';
import { Child } from './child.ts';
import { clusterServer } from './cluster-server.ts';
import { eventually, STARTS_WITHIN_MS } from './eventually.ts';
import { freePort } from './free-port.ts';
import { quietRuntime } from './quiet-runtime.ts';
import { developmentServer, type ServerPart, type StackServer } from './stack-server.ts';

quietRuntime();

/** What a stack is made of. */
export interface Tools {
  /** Path of Temporal's command line. */
  temporal: string;
  /** Path of the production workflow bundle. */
  workflowBundle: string;
  /** A folder for what it writes. */
  scratch: string;
}

export interface StackOptions {
  /** Environment of gateways and workers. */
  env?: Record<string, string>;
  /** Environment of the production server's services. */
  temporalEnv?: Record<string, string>;
  /** Further dynamic config of the Temporal server. */
  dynamicConfig?: Record<string, unknown>;
  /** Runs Temporal's production server with these, instead of the development server. */
  cluster?: ClusterPrograms | undefined;
  /** A command, with its arguments, that runs the development server. */
  temporalUnder?: string[];
  /** It is the test that starts workers, and waits until they are ready. */
  withoutWorkers?: true;
  /** Reach Temporal by another way, for instance a proxy; gets and returns an address. */
  gatewayTemporal?: (address: string) => Promise<string>;
}

/** What one process of it differs in. */
export interface ProcessOptions {
  /** The root of the sources that it runs. */
  build?: string;
  env?: NodeJS.ProcessEnv | undefined;
}

/** What `GET /v1/conversations/{id}` answers. */
export type ConversationAnswer = Omit<ConversationView, 'entries'> & {
  conversation: string;
  transcript: Entry[];
};

/** holdfast as it runs for a user: a Temporal server on disk, gateways and workers, each a process that can be killed. */
export class Stack {
  /** The data folder. */
  readonly home: string;
  readonly #tools: Tools;
  readonly #options: StackOptions;
  readonly #gatewayPorts: number[];
  readonly #env: Record<string, string>;
  #server!: StackServer;
  /** The processes of the Temporal server, by name. */
  readonly #parts = new Map<string, Child>();
  gateways: Child[] = [];
  workers: Child[] = [];
  client!: Client;

  private constructor(tools: Tools, options: StackOptions, home: string, gatewayPorts: number[]) {
    this.home = home;
    this.#tools = tools;
    this.#options = options;
    this.#gatewayPorts = gatewayPorts;
    this.#env = {
      PATH: process.env.PATH ?? '',
      HOLDFAST_HOME: home,
      HOLDFAST_INTERNAL_KEY: 'internal-key-of-the-tests',
      ...LEAN_MALLOC,
      NODE_COMPILE_CACHE: path.join(home, 'cache', 'compiled'),
      ...options.env,
    };
  }

  /** One whose processes are still to be run. */
  static async prepare(tools: Tools, options: StackOptions = {}): Promise<Stack> {
    const home = await mkdtemp(path.join(tools.scratch, 'home-'));
    await mkdir(path.join(home, 'cache'), { recursive: true });
    const bundle = tools.workflowBundle;
    await copyFile(bundle, path.join(home, 'cache', path.basename(bundle)));
    const gatewayPorts = [await freePort(), await freePort()];
    const stack = new Stack(tools, options, home, gatewayPorts);
    const { cluster, dynamicConfig = {}, temporalEnv = {}, temporalUnder: under = [] } = options;
    const { temporal } = tools;
    const env = stack.#env;
    stack.#server = cluster
      ? await clusterServer({ programs: cluster, home, dynamicConfig, env: temporalEnv })
      : await developmentServer({ temporal, home, env, dynamicConfig, under });
    return stack;
  }

  /** Starts Temporal, one gateway and, unless it is to be without, one worker, and waits until they are ready. */
  static async start(tools: Tools, options: StackOptions = {}): Promise<Stack> {
    const stack = await Stack.prepare(tools, options);
    await stack.startTemporal();
    await stack.connect();
    if (options.withoutWorkers) await stack.startGateway();
    else {
      await Promise.all([stack.startGateway(), stack.startWorker()]);
      await stack.ready();
    }
    return stack;
  }

  async connect(): Promise<void> {
    this.client = new Client({ connection: await Connection.connect({ address: this.temporalAddress }) });
  }

  get temporalAddress(): string {
    return this.#server.address;
  }

  /** The processes that its Temporal server is made of, in the order in which they start. */
  get serverParts(): readonly ServerPart[] {
    return this.#server.parts;
  }

  /** The one process of the development server. */
  get temporal(): Child {
    return this.part('temporal');
  }

  /** A process of the Temporal server by its name. */
  part(name: string): Child {
    const child = this.#parts.get(name);
    if (!child) throw new Error(`${name} does not run; there are ${[...this.#parts.keys()].join(', ')}`);
    return child;
  }

  url(gateway = 0): string {
    return `http://127.0.0.1:${this.#gatewayPorts[gateway]}`;
  }

  /** Starts one process of the Temporal server, on the store of this stack. */
  runPart(part: ServerPart): Child {
    const child = part.run();
    this.#parts.set(part.name, child);
    return child;
  }

  /** Starts one process of the Temporal server again, and waits until others can use it. */
  async startPart(name: string): Promise<void> {
    const part = this.#server.parts.find((one) => one.name === name);
    if (!part) throw new Error(`the Temporal server has no part ${name}`);
    await this.#start(part);
  }

  /** One that ends at its start is started again, as a supervisor does: what was killed may have left processes that are still to notice it. */
  async #start(part: ServerPart): Promise<void> {
    const up = part.up();
    for (let isUp = false; !isUp; ) {
      const { gone } = this.runPart(part);
      isUp = await Promise.race([up.then(() => true), gone.then(() => false)]);
      if (!isUp) await sleep(500);
    }
  }

  runGateway(number = 0, { env, ...build }: ProcessOptions = {}): Child {
    const port = { PORT: String(this.#gatewayPorts[number]) };
    const gateway = this.#run('gateway/node.ts', { ...build, env: { ...port, ...env } });
    this.gateways.push(gateway);
    return gateway;
  }

  runWorker(options: ProcessOptions = {}): Child {
    const worker = this.#run('workers/node.ts', options);
    this.workers.push(worker);
    return worker;
  }

  #run(script: string, { build = PROJECT, env }: ProcessOptions): Child {
    return new Child(process.execPath, [path.join(build, script)], {
      HOLDFAST_CONFIG: path.join(build, 'test', 'support', 'holdfast.config.ts'),
      TEMPORAL_ADDRESS: this.temporalAddress,
      ...this.#env,
      ...env,
    });
  }

  /** Starts the Temporal server, and waits until it answers. */
  async startTemporal(): Promise<void> {
    for (const part of this.#server.parts) await this.#start(part);
    await this.temporalAnswers();
  }

  async temporalAnswers(): Promise<void> {
    await this.#server.answers();
  }

  async startGateway(number = 0, { env, ...build }: ProcessOptions = {}): Promise<Child> {
    const temporal = (await this.#options.gatewayTemporal?.(this.temporalAddress)) ?? this.temporalAddress;
    const gateway = this.runGateway(number, { ...build, env: { TEMPORAL_ADDRESS: temporal, ...env } });
    await eventually(async () => (await fetch(`${this.url(number)}/healthz`)).ok, {
      ms: STARTS_WITHIN_MS,
      what: () => `the gateway answers; its output: ${gateway.output}`,
    });
    return gateway;
  }

  async startWorker(options: ProcessOptions = {}): Promise<Child> {
    const worker = this.runWorker(options);
    await eventually(
      () => {
        if (worker.ended) throw new Error(worker.output);
        return worker.output.includes('worker ready');
      },
      { ms: STARTS_WITHIN_MS, what: () => `a worker is ready; its output: ${worker.output}` },
    );
    return worker;
  }

  /** SIGKILLs every worker. */
  async killWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.kill()));
  }

  /** SIGKILLs all workers, and starts one. */
  async replaceWorkers(): Promise<void> {
    await this.killWorkers();
    await this.startWorker();
  }

  async killGateways(): Promise<void> {
    await Promise.all(this.gateways.splice(0).map((gateway) => gateway.kill()));
  }

  /** SIGKILLs all processes of the Temporal server. */
  async killTemporal(): Promise<void> {
    await Promise.all([...this.#parts.values()].map((part) => part.kill()));
  }

  /** SIGKILLs all there is. */
  async killAll(): Promise<void> {
    await Promise.all([this.killWorkers(), this.killGateways(), this.killTemporal()]);
  }

  /** Ends all there is as a service manager does, with this stop timeout. */
  async stopAll(timeoutMs: number): Promise<void> {
    const processes = [...this.gateways.splice(0), ...this.workers.splice(0), ...this.#parts.values()];
    await Promise.all(processes.map((process) => process.stop(timeoutMs)));
  }

  /** Starts all again, and waits until it is ready. */
  async startAll(): Promise<void> {
    await this.startTemporal();
    await Promise.all([this.startGateway(), this.startWorker()]);
    await this.ready();
  }

  async ready(): Promise<void> {
    await eventually(async () => (await fetch(`${this.url()}/readyz`)).ok, {
      ms: STARTS_WITHIN_MS,
      what: '/readyz says ready',
    });
  }

  /** Sends a message by the HTTP API. */
  async say(conversation: string, text: string, id?: string, gateway = 0): Promise<Response> {
    return fetch(`${this.url(gateway)}/v1/conversations/${encodeURIComponent(conversation)}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, ...(id === undefined ? {} : { id }) }),
    });
  }

  async read(conversation: string, gateway = 0): Promise<ConversationAnswer> {
    const response = await fetch(`${this.url(gateway)}/v1/conversations/${encodeURIComponent(conversation)}`);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as ConversationAnswer;
  }

  /** The replies of a conversation, once there are `count` and it is idle. */
  async replies(conversation: string, count: number, ms = 45_000): Promise<ReplyEntry[]> {
    return eventually(
      async () => {
        const { status, transcript } = await this.read(conversation);
        const replies = transcript.filter((entry) => entry.kind === 'reply');
        if (replies.length < count || status !== 'idle')
          throw new Error(`${replies.length} replies, ${status}`);
        return replies;
      },
      { ms, what: `${count} replies in ${conversation}` },
    );
  }

  /** Replays the histories of every run of these types against the production bundle; throws where it does not. Returns how many. */
  async replayAll(...types: string[]): Promise<number> {
    if (types.length === 0) types.push('conversation', 'task');
    let replayed = 0;
    const names = types.map((type) => `'${type}'`).join(', ');
    const histories = this.client.workflow.list({ query: `WorkflowType IN (${names})` }).intoHistories();
    for await (const result of Worker.runReplayHistories(
      { workflowBundle: { codePath: this.#tools.workflowBundle } },
      histories,
    )) {
      if (result.error) throw result.error;
      replayed += 1;
    }
    return replayed;
  }

  async stop(): Promise<void> {
    await this.client.connection.close();
    await Promise.all([this.killGateways(), this.killWorkers()]);
    await this.killTemporal();
  }
}
