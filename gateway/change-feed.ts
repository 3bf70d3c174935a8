import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** Temporal answers a long poll after 20 seconds; longer than that, the connection is lost. */
const POLL_MS = 40_000;
const RETRY_MS = 500;
/** `EVENT_TYPE_WORKFLOW_TASK_COMPLETED`: only then can the state that queries show have changed. */
const TASK_COMPLETED = 7;
/** `EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW`. */
const CONTINUED_AS_NEW = 28;

type Listener = () => void;

interface Watched {
  listeners: Set<Listener>;
  stop: AbortController;
  /** Ends the pause of a poll that found nothing. */
  nudge: Listener;
}

/**
 * Tells when a conversation may have changed. It long-polls the conversation's history at Temporal, so watching an idle one
 * costs no worker anything and works whichever gateway took the message in. One poll serves all who watch.
 */
export class ChangeFeed {
  readonly #client: Client;
  readonly #watched = new Map<string, Watched>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Yields now and after every change, until `signal` aborts. */
  async *of(workflowId: string, signal: AbortSignal): AsyncGenerator<void> {
    let changed = true;
    let wake = () => {};
    const unwatch = this.#watch(workflowId, () => {
      changed = true;
      wake();
    });
    signal.addEventListener('abort', () => wake(), { once: true });
    try {
      while (!signal.aborted) {
        if (changed) {
          changed = false;
          yield;
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      unwatch();
    }
  }

  /** A message was stored here: a conversation that did not exist may now. */
  nudge(workflowId: string): void {
    this.#watched.get(workflowId)?.nudge();
  }

  #watch(workflowId: string, listener: Listener): () => void {
    let watched = this.#watched.get(workflowId);
    if (!watched) {
      watched = { listeners: new Set(), stop: new AbortController(), nudge: () => {} };
      this.#watched.set(workflowId, watched);
      void this.#poll(workflowId, watched);
    }
    const { listeners, stop } = watched;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      stop.abort();
      if (this.#watched.get(workflowId)?.stop === stop) this.#watched.delete(workflowId);
    };
  }

  async #poll(workflowId: string, watched: Watched): Promise<void> {
    const { signal } = watched.stop;
    const { connection, workflowService, options } = this.#client;
    let nextPageToken: Uint8Array = new Uint8Array();
    while (!signal.aborted) {
      try {
        const page = await connection.withAbortSignal(signal, () =>
          connection.withDeadline(Date.now() + POLL_MS, () =>
            workflowService.getWorkflowExecutionHistory({
              namespace: options.namespace,
              execution: { workflowId },
              waitNewEvent: true,
              nextPageToken,
            }),
          ),
        );
        const happened = page.history?.events?.map(({ eventType }) => eventType) ?? [];
        if (happened.includes(TASK_COMPLETED)) for (const listener of watched.listeners) listener();
        // Without a token the run has ended; the next poll finds the run that follows it, which may be far by now.
        nextPageToken = page.nextPageToken ?? new Uint8Array();
        const hasEnded = nextPageToken.length === 0 && !happened.includes(CONTINUED_AS_NEW);
        if (hasEnded) await sleep(RETRY_MS, undefined, { signal });
      } catch {
        // Not there yet, or Temporal is away; a poll from the start finds out.
        nextPageToken = new Uint8Array();
        const nudged = new Promise<void>((resolve) => {
          watched.nudge = resolve;
        });
        await Promise.race([sleep(RETRY_MS, undefined, { signal }).catch(() => {}), nudged]);
      }
    }
  }
}
