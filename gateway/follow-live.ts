import type { LiveEvent } from '../contract/live.ts';
import type { ConversationView } from '../contract/signals.ts';
import { type FollowDependencies, follow } from './follow.ts';
import type { LiveHub } from './live-hub.ts';

export interface FollowLiveDependencies extends FollowDependencies {
  live: LiveHub;
}

type Step = NonNullable<ConversationView['writing']>;

/**
 * The states of a conversation as {@link follow} has them, and between them, by `hear`, what is pushed live. That may be here before the
 * entries after which it belongs: it is heard once the state was handled which has them all.
 */
export async function* followLive(
  workflowId: string,
  after: number,
  dependencies: FollowLiveDependencies,
  signal: AbortSignal,
  hear: (event: LiveEvent) => void,
): AsyncGenerator<ConversationView> {
  const { live } = dependencies;
  /** As of the latest state that was handled. */
  let writing: Step | undefined;
  let running = new Set<string>();
  /** By call: the latest word of one that is not known to run. */
  const early = new Map<string, LiveEvent>();
  const unwatch = live.watch(workflowId, (event) => {
    if (event.kind === 'delta') {
      if (isSame(event, writing)) hear(event);
    } else if (running.has(event.callId)) hear(event);
    else early.set(event.callId, event);
  });
  try {
    for await (const seen of follow(workflowId, after, dependencies, signal)) {
      yield seen;
      if (!isWhole(seen)) continue;
      const written =
        seen.writing && !isSame(seen.writing, writing) && live.written(workflowId, seen.writing);
      writing = seen.writing;
      running = new Set(seen.running.map(({ callId }) => callId));
      if (written) hear(written);
      for (const [callId, event] of early) if (running.has(callId)) hear(event);
      early.clear();
    }
  } finally {
    unwatch();
  }
}

function isSame({ turn, step }: Step, other: Step | undefined): boolean {
  return turn === other?.turn && step === other.step;
}

/** Whether no entry of it is still to come on a further page. */
function isWhole({ entries, seq }: ConversationView): boolean {
  return (entries.at(-1)?.seq ?? seq) === seq;
}
