import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { CompactRequest } from '../../contract/compaction.ts';
import type { ModelStep, Usage } from '../../contract/model-step.ts';
import type { Queues } from '../../contract/queues.ts';
import type { ConversationState } from '../../contract/state.ts';
import { compactActivity } from '../activities.ts';
import { countUsage } from '../meters.ts';
import type { Transcript } from '../transcript.ts';

export interface CompactionSurroundings {
  transcript: Transcript;
  /** Called when there is something new to see. */
  changed(): void;
}

/** For whom room is made: who writes the summary, on which queue and how long that may take, and who pays for it. */
export interface Compacting extends Omit<CompactRequest, 'upTo'> {
  turn: number;
  remainingMs: number;
  queues: Queues | undefined;
  spend(usage: Usage): void;
}

/** `nothing`: all there is, are the last turns. */
type Outcome = 'done' | 'nothing' | 'failed';

/** Keeps the transcript within the model's window, by summaries in the place of its older part. */
export class Compaction {
  #due: boolean;
  #failed: ConversationState['compaction']['failed'];
  readonly #around: CompactionSurroundings;

  constructor({ due, failed }: ConversationState['compaction'], around: CompactionSurroundings) {
    this.#due = due === true;
    this.#failed = failed;
    this.#around = around;
  }

  /** Why the last try to summarise failed, if it did. */
  get failure(): string | undefined {
    return this.#failed?.reason;
  }

  carried(): ConversationState['compaction'] {
    return { ...(this.#due ? { due: true } : {}), ...(this.#failed ? { failed: this.#failed } : {}) };
  }

  /** Takes in what a model step says of the transcript's size. */
  note({ crowded, stopped }: Pick<ModelStep, 'crowded' | 'stopped'>): void {
    if (stopped) return;
    if (crowded) this.#due = true;
    else this.forget();
  }

  /** There is room, and nothing to be said of it. */
  forget(): void {
    this.#due = false;
    this.#failed = undefined;
  }

  /**
   * Before a model call: summarises if the model said that it is time. Where that fails, the turn goes on without, and the next one
   * tries again. Throws only if the turn was stopped.
   */
  async ifDue(compacting: Compacting): Promise<void> {
    if (!this.#due || this.#failed?.turn === compacting.turn) return;
    const { older } = this.#around.transcript;
    // What would be little but the summary again, makes no room.
    if (older && older.bytes > older.summaryBytes) await this.now(compacting);
  }

  /**
   * After the model refused the request as too long: makes room in any case, if need be without a summary. Returns whether there
   * was anything to make room with.
   */
  async must(compacting: Compacting): Promise<boolean> {
    const { transcript } = this.#around;
    const upTo = transcript.older?.upTo;
    const outcome = await this.now(compacting);
    if (outcome === 'failed' && upTo !== undefined)
      transcript.summarise({ turn: compacting.turn, upTo, text: withGap(transcript.summary?.text) });
    return outcome !== 'nothing';
  }

  /** Summarises the older part of the transcript now. Throws only if it was stopped. */
  async now({ turn, remainingMs, queues, spend, ...request }: Compacting): Promise<Outcome> {
    const { transcript, changed } = this.#around;
    const upTo = transcript.older?.upTo;
    if (upTo === undefined) return 'nothing';
    try {
      const { text, usage, model } = await compactActivity({ remainingMs, queues })({ ...request, upTo });
      spend(usage);
      countUsage(model, usage);
      transcript.summarise({ turn, upTo, text });
      this.forget();
      return 'done';
    } catch (failure) {
      if (isCancellation(failure)) throw failure;
      this.#failed = { turn, reason: reasonOf(failure) };
      return 'failed';
    } finally {
      changed();
    }
  }
}

const GAP = '[What was said after this, up to what follows, could not be summarised and is no longer known.]';

function withGap(summary = ''): string {
  return summary.endsWith(GAP) ? summary : `${summary}\n\n${GAP}`.trimStart();
}

function reasonOf(failure: unknown): string {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  return cause instanceof Error ? cause.message.slice(0, 300) : 'it ended for no known reason';
}
