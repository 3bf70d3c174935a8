import type { InjectedSinks } from '@temporalio/worker';
import type { HandOver } from '../contract/hand-over.ts';

/** An activity that has not begun by then began somewhere else. */
const KEPT_MS = 5_000;

/** Answers that workflows of this process have handed over to the activities that they have just scheduled. */
export class HandedOver {
  readonly #answers = new Map<string, { answer: unknown; at: number }>();

  /** For the worker: where workflows hand over. */
  readonly sinks: InjectedSinks<HandOver> = {
    handOver: {
      give: {
        fn: ({ runId }, query, args, answer) => {
          this.#forgetOld();
          this.#answers.set(keyOf(runId, query, args), { answer, at: Date.now() });
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
