import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import { type Command, commandOf } from '../contract/commands.ts';
import type { QueuedMessage } from '../contract/state.ts';
import type { ReplyStatus } from '../contract/transcript.ts';
import { failureLine, GivenUp, referenceOf } from './failure-line.ts';
import { appendSaid } from './healings.ts';
import type { Parts } from './parts.ts';
import type { Turn } from './turn.ts';
import { actsAtOnce, isFresh, isImmediateCommand, isNotice, isPressing, stopsTurn } from './urgency.ts';

/** What acts while a turn runs. */
export interface Attendance extends Pick<Parts, 'inbox' | 'transcript' | 'outbox' | 'approvals' | 'tasks'> {
  obey(queued: QueuedMessage, command: Command): Promise<void>;
  tell(notice: QueuedMessage): Promise<void>;
}

/**
 * Runs the turn's steps while commands, notices and interruptions that act at once do so. Returns how it ended, with the line that
 * says so where the model has not.
 */
export async function attendTurn(
  turn: Turn,
  { inbox, transcript, outbox, approvals, tasks, ...act }: Attendance,
): Promise<{ status: ReplyStatus; line: string }> {
  const scope = new CancellationScope();
  const steps = scope.run(() => turn.run());
  // The failure is handled below; until then it must not count as unhandled.
  steps.catch(() => {});
  let stoppedBy: 'stopped' | 'interrupted' = 'stopped';
  let saidToWait = false;
  // Somebody writes while the turn waits for an approver, perhaps for days: told once in a turn.
  const owesAWord = () =>
    !saidToWait &&
    approvals.ofTurn !== undefined &&
    inbox.some(({ message }) => commandOf(message) === undefined && !message.internal);
  const isUrgent = () => inbox.some(actsAtOnce) || isFresh(inbox.next, turn);
  while (!turn.ended) {
    await condition(() => turn.ended || turn.abandoned !== undefined || isUrgent() || owesAWord());
    if (turn.abandoned) scope.cancel();
    if (turn.ended || scope.consideredCancelled) break;
    const notice = inbox.takeFirst(isNotice);
    if (notice) {
      await act.tell(notice);
      continue;
    }
    const urgent = inbox.takeFirst(isPressing) ?? inbox.takeFirst(isImmediateCommand);
    const command = urgent && commandOf(urgent.message);
    if (urgent && command && stopsTurn(command)) {
      if (command.argument !== '') await tasks.stop();
      transcript.appendMessage(turn.number, urgent, true);
      const { id, place } = urgent.message;
      if (turn.isSeenAt(place)) turn.answers.push(id);
      else outbox.inBackground(() => outbox.say('Stopped.', [id], turn.number));
      scope.cancel();
    } else if (urgent && command) {
      await act.obey(urgent, command);
    } else if (isUrgent()) {
      stoppedBy = 'interrupted';
      scope.cancel();
    } else if (approvals.ofTurn) {
      saidToWait = true;
      const text = `I wait for an approver first (\`${approvals.ofTurn.tool}\`). What you wrote is kept and comes next; \`/stop\` ends the waiting.`;
      outbox.inBackground(() => outbox.say(text, [], turn.number));
    }
  }
  try {
    await steps;
    return { status: 'answered', line: '' };
  } catch (failure) {
    if (turn.abandoned) return endAbandoned(turn, turn.abandoned, transcript);
    // What fails because it was stopped, failed by the user's wish.
    if (isCancellation(failure) || scope.consideredCancelled)
      return {
        status: stoppedBy,
        line: stoppedBy === 'stopped' ? 'Stopped.' : 'Stopped here for your next message.',
      };
    if (tookWorkersDown(failure)) transcript.leaveOut(turn.number);
    return { status: 'failed', line: failureLine(failure, referenceOf(turn.number)) };
  }
}

/** The last of the attempts ended with its worker, as those before it did: what is shown to the model may be why. */
function tookWorkersDown(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof TimeoutFailure && cause.timeoutType === 'HEARTBEAT';
}

function endAbandoned(
  { number, answers }: Turn,
  { said, messages }: NonNullable<Turn['abandoned']>,
  transcript: Attendance['transcript'],
): { status: ReplyStatus; line: string } {
  for (const queued of messages) answers.push(transcript.appendMessage(number, queued).id);
  if (said === undefined) return { status: 'failed', line: failureLine(new GivenUp(), referenceOf(number)) };
  appendSaid(transcript, number, said);
  return { status: 'answered', line: '' };
}
