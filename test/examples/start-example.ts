import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type { ReplyEntry } from '../../contract/transcript.ts';
import { Child } from '../support/child.ts';
import { eventually, STARTS_WITHIN_MS } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import type { ConversationAnswer } from '../support/stack.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** An example as a person runs it: `npm start` with its config, and the demo model. */
export class Example {
  readonly folder: string;
  readonly #start: Child;
  readonly #url: string;

  private constructor(folder: string, start: Child, url: string) {
    this.folder = folder;
    this.#start = start;
    this.#url = url;
  }

  static async start(name: string, env: (folder: string) => Record<string, string>): Promise<Example> {
    const folder = await mkdtemp(path.join(inject('scratch'), 'example-'));
    const port = String(await freePort());
    const start = new Child(process.execPath, [path.join(root, 'cli', 'holdfast.ts'), 'start'], {
      PATH: process.env.PATH,
      PORT: port,
      HOLDFAST_HOME: path.join(folder, 'home'),
      HOLDFAST_CONFIG: path.join(root, 'examples', name, 'holdfast.config.ts'),
      HOLDFAST_TEMPORAL_PORT: String(await freePort()),
      HOLDFAST_TEMPORAL_UI_PORT: String(await freePort()),
      TEMPORAL_CLI: inject('temporal'),
      ...env(folder),
    });
    const example = new Example(folder, start, `http://127.0.0.1:${port}`);
    await eventually(async () => (await fetch(`${example.#url}/readyz`)).ok, {
      ms: STARTS_WITHIN_MS,
      what: () => `the example is ready; its output: ${start.output}`,
    });
    return example;
  }

  /** Says something in the web chat, and returns the answer. */
  async ask(text: string): Promise<string> {
    const response = await this.#post(text, 60);
    const { reply } = (await response.json()) as { reply?: ReplyEntry };
    if (!reply) throw new Error(`no answer to: ${text}`);
    return reply.text;
  }

  /** Says something that must be allowed; resolves when that is asked for. */
  async want(text: string): Promise<void> {
    await this.#post(text, 0);
    await eventually(async () => (await this.read()).approvals.length === 1);
  }

  async read(): Promise<ConversationAnswer> {
    const response = await fetch(`${this.#url}/v1/conversations/me`);
    return (await response.json()) as ConversationAnswer;
  }

  /** The newest answer of a turn that has these words. */
  async answered(words: string): Promise<string> {
    return eventually(async () => {
      const { transcript } = await this.read();
      const found = transcript.findLast((entry) => entry.kind === 'reply' && entry.text.includes(words));
      return found?.kind === 'reply' ? found.text : undefined;
    });
  }

  /** SIGKILLs the worker, which is started again by itself. */
  async killWorker(): Promise<void> {
    const pid = Number(await readFile(path.join(this.folder, 'home', 'run', 'worker.pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
  }

  /** A JSON file that the example has written. */
  async json<T>(name: string): Promise<T> {
    return JSON.parse(await readFile(path.join(this.folder, name), 'utf8')) as T;
  }

  stop(): Promise<void> {
    return this.#start.kill('SIGTERM');
  }

  #post(text: string, wait: number): Promise<Response> {
    return fetch(`${this.#url}/v1/conversations/me/messages?wait=${wait}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
  }
}
