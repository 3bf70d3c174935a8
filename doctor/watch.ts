import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { errorMessage } from '@temporalio/common';
import type { Log } from '../config/log.ts';
import { describeQueue } from '../config/routing.ts';
import { TASK } from '../contract/task.ts';
import type { Meters } from './meters.ts';
import { type Diagnosis, diagnose, giveUp } from './poison.ts';
import { type Failing, type Scan, type Scope, scan } from './scan.ts';
import { endTask } from './task.ts';
import type { Trial } from './trial.ts';

/** Workflow tasks that may fail in a row before anything is done about it. */
const BUDGET = 3;
/** More workflows than this are not poisoned at the same time: it is this version that is bad, and the operator's to mend. */
const MOST_AT_ONCE = 3;
/** Tried out in one round. */
const MOST_TRIALS = 10;
/** How often it looks, and the most of its time that this takes: with cause, and without. */
const ALARMED = { everyMs: 10_000, share: 1 / 20 };
const CALM = { everyMs: 60_000, share: 1 / 100 };
const TICK_MS = 2_000;
/** Workers before this one, in the five minutes for which Temporal remembers them, that have it look before it polls. */
const WORKERS_LOST = 2;
/** That look delays a worker's start by no more than this, unless it finds something. */
const FIRST_LOOK_MS = 5_000;

export interface WatchOptions {
  client: Client;
  trial: Trial;
  log: Log;
  meters: Meters;
}

/**
 * Looks out, in every worker, for messages that make the workflow or its worker die each time, and has them given up. What it does
 * is one signal, so it may die at any instant, and several may do the same.
 */
export class Watch {
  readonly #options: WatchOptions;
  /** What was tried out, by run: how often it must have failed before that is done again, and whether it could be helped. */
  readonly #tried = new Map<string, { again: number; helpless: boolean }>();
  #alarmed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** To be awaited before the worker polls: what kills it must be given up before it gets it again. Never throws. */
  async beforePolling(): Promise<void> {
    const looked = this.#workersWereLost().then((lost) => (lost ? this.#look('failing') : undefined));
    const found = await Promise.race([looked, sleep(FIRST_LOOK_MS, undefined, { ref: false })]);
    // What only fails does no harm to it, and can wait.
    if (found) await this.#heal(suspectsIn(found).filter(({ how }) => how === 'lost'));
  }

  /** A workflow task has failed in this worker: it is worth looking more often. */
  alarm(): void {
    this.#alarmed = true;
  }

  /** Looks every so often until it is stopped. */
  async run(stop: AbortSignal): Promise<void> {
    const started = performance.now();
    let [soon, later] = [started + ALARMED.everyMs, started + ALARMED.everyMs];
    for (;;) {
      await sleep(TICK_MS, undefined, { signal: stop }).catch(() => {});
      if (stop.aborted) return;
      const began = performance.now();
      if (began < (this.#alarmed ? soon : later)) continue;
      // What fails, fails here sooner or later; to ask about each idle conversation would take its state into Temporal's memory.
      const found = await this.#look(this.#alarmed ? 'failing' : 'at work');
      const ended = performance.now();
      soon = ended + restAfter(ended - began, ALARMED);
      later = ended + restAfter(ended - began, CALM);
      if (!found) continue;
      this.#alarmed = found.failing.length > 0;
      await this.#heal(suspectsIn(found));
    }
  }

  /** Several came and went: something may kill them as soon as they poll. */
  async #workersWereLost(): Promise<boolean> {
    const queue = await describeQueue(this.#options.client, 'conversation', 'workflow').catch(
      () => undefined,
    );
    return (queue?.pollers ?? []).length >= WORKERS_LOST;
  }

  /** Undefined while Temporal is away. */
  async #look(scope: Scope): Promise<Scan | undefined> {
    try {
      const found = await scan(this.#options.client, scope);
      this.#options.meters.scanned(found);
      return found;
    } catch (error) {
      this.#options.log.debug({ reason: errorMessage(error) }, 'the watch cannot look');
      return undefined;
    }
  }

  async #heal(suspects: Failing[]): Promise<void> {
    const { log, meters } = this.#options;
    try {
      const sick = await this.#sickAmong(suspects);
      const isEpidemic = sick.length > MOST_AT_ONCE;
      if (!isEpidemic) for (const [one, diagnosis] of sick) await this.#cure(one, diagnosis);
      const isHelpless = ({ how, runId }: Failing) =>
        how === 'differs' || this.#tried.get(runId)?.helpless === true;
      const left = isEpidemic ? suspects : suspects.filter(isHelpless);
      meters.leftAlone(left.length);
      if (left.length > 0)
        log.error(
          { workflows: left.map(({ workflowId }) => workflowId).slice(0, 10), count: left.length },
          'workflows cannot go on: run `holdfast doctor`',
        );
    } catch (error) {
      log.warn({ reason: errorMessage(error) }, 'the watch could not finish');
    }
  }

  /** Those that can be cured, up to as many as are an epidemic. */
  async #sickAmong(suspects: Failing[]): Promise<[Failing, Diagnosis][]> {
    const sick: [Failing, Diagnosis][] = [];
    const likeliestFirst = suspects.toSorted((one, other) => other.count - one.count);
    for (const one of likeliestFirst.slice(0, MOST_TRIALS)) {
      if (one.how === 'differs' || one.count < (this.#tried.get(one.runId)?.again ?? 0)) continue;
      const diagnosis = await diagnose(this.#options.client, this.#options.trial, one);
      if (isCurable(one, diagnosis)) sick.push([one, diagnosis]);
      // What passes was hit by what others did, or by too much work, of which more trials would make more.
      else this.#tried.set(one.runId, { again: 2 * one.count, helpless: diagnosis.as.outcome !== 'passes' });
      if (sick.length > MOST_AT_ONCE) break;
    }
    return sick;
  }

  async #cure(failing: Failing, { giveUp: messages = [] }: Diagnosis): Promise<void> {
    const { client, log, meters } = this.#options;
    const { workflowId, count, reason } = failing;
    log.error({ workflow: workflowId, messages, failed: count, reason }, 'given up after its budget');
    if (failing.type === TASK) await endTask(client, failing);
    else await giveUp(client, failing, messages);
    // It is read with the next task, which can be a while.
    this.#tried.set(failing.runId, { again: count + BUDGET, helpless: false });
    meters.gaveUp(Math.max(1, messages.length));
  }
}

function restAfter(took: number, { everyMs, share }: typeof CALM): number {
  return Math.max(everyMs, took / share);
}

function suspectsIn({ failing }: Scan): Failing[] {
  return failing.filter(({ count }) => count >= BUDGET);
}

function isCurable({ type }: Failing, { as, giveUp: messages }: Diagnosis): boolean {
  return messages !== undefined || (type === TASK && (as.outcome === 'fails' || as.outcome === 'dies'));
}
