import type { InjectedSinks } from '@temporalio/worker';
import type { HandOver } from '../contract/hand-over.ts';

/** An activity that has not begun by then began somewhere else. */
const KEPT_MS = 5_000;

/** What an activity sees of its workflow run while both are in this process. */
export interface Neighbour {
  /** A message has arrived since. */
  hasNews: boolean;
}

/** What workflows of this process hand over to the activities that they have just scheduled. */
export class HandedOver {
  readonly #answers = new Map<string, { answer: unknown; at: number }>();
  readonly #neighbours = new Map<string, Neighbour>();

  /** For the worker: where workflows hand over. */
  readonly sinks: InjectedSinks<HandOver> = {
    handOver: {
      give: {
        fn: ({ runId }, query, args, answer) => {
          this.#forgetOld();
          this.#answers.set(keyOf(runId, query, args), { answer, at: Date.now() });
        },
      },
      news: {
        fn: ({ runId }) => {
          const neighbour = this.#neighbours.get(runId);
          if (neighbour) neighbour.hasNews = true;
        },
      },
    },
  };

  /** The answer to this query of the workflow run, once; undefined if it was not handed over. */
  take(runId: string, query: string, args: unknown[]): unknown {
    const key = keyOf(runId, query, args);
    const given = this.#answers.get(key);
    this.#answers.delete(key);
    return given?.answer;
  }

  /** Works beside the workflow run, where that has handed over the answer to this query, which is not taken yet; elsewhere alone. */
  async beside<T>(
    { runId, query, args }: { runId: string; query: string; args: unknown[] },
    work: (neighbour: Neighbour | undefined) => Promise<T>,
  ): Promise<T> {
    if (!this.#answers.has(keyOf(runId, query, args))) return work(undefined);
    const neighbour = { hasNews: false };
    this.#neighbours.set(runId, neighbour);
    try {
      return await work(neighbour);
    } finally {
      if (this.#neighbours.get(runId) === neighbour) this.#neighbours.delete(runId);
    }
  }

  #forgetOld(): void {
    const oldest = Date.now() - KEPT_MS;
    for (const [key, { at }] of this.#answers) {
      if (at > oldest) break;
      this.#answers.delete(key);
    }
  }
}

function keyOf(runId: string, query: string, args: unknown[]): string {
  return JSON.stringify([runId, query, args]);
}
