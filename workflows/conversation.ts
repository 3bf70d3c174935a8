import { makeContinueAsNewFunc, setHandler, workflowInfo } from '@temporalio/workflow';
import { heal } from '../contract/healing.ts';
import { origin } from '../contract/schedule.ts';
import * as signals from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';
import { askForTask, reported } from '../contract/task.ts';
import { Entity } from './entity.ts';

/**
 * One conversation for ever, in runs that are kept short by continue-as-new. Handlers only enqueue and read; the
 * entity's one loop does everything else. Workflow id: `{platform}/{conversation}`.
 */
export async function conversation(start: ConversationStart): Promise<void> {
  const entity = new Entity(start);
  setHandler(signals.receive, (message, settings) => entity.receive(message, settings));
  setHandler(signals.seen, (id) => entity.hasSeen(id));
  setHandler(signals.view, (after) => entity.view(after));
  setHandler(signals.transcript, (request) => entity.transcriptFor(request));
  setHandler(signals.older, (upTo) => entity.transcript.forModel(upTo).entries);
  setHandler(signals.reply, (seq) => entity.shown(seq));
  setHandler(signals.places, () => entity.places);
  setHandler(origin, () => entity.origin);
  setHandler(signals.carried, () => entity.carried());
  setHandler(reported, (report) => entity.tasks.ended(report));
  setHandler(askForTask, (asks) => entity.askForTask(asks));
  // The last: in a run's first task it must find the messages that it is about.
  setHandler(heal, (healing) => entity.heal(healing));
  await entity.runUntilLong();
  const { memo } = workflowInfo();
  // The next run has none by itself.
  const goOn = makeContinueAsNewFunc<typeof conversation>(memo ? { memo } : {});
  await goOn({
    platform: start.platform,
    conversation: start.conversation,
    state: entity.carried(),
  });
}
