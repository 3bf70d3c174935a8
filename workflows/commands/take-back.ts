import { uuid4 } from '@temporalio/workflow';
import type { QueuedMessage } from '../../contract/state.ts';
import type { UserEntry } from '../../contract/transcript.ts';
import { fork } from '../activities.ts';
import type { Transcript } from '../transcript.ts';
import type { Handler } from './handler.ts';

/** Why there is no turn to take back. */
function nothing({ summary }: Transcript): string {
  return summary
    ? 'What was said before is in a summary by now, which cannot be taken back; `/new` forgets all of it.'
    : 'There is no turn to take back.';
}

/** `/undo`: the model does not see the last turn any more. What its tools did stays done. */
export const undo: Handler = (_, { transcript }) => {
  const last = transcript.turns.at(-1);
  if (last === undefined) return nothing(transcript);
  const [said] = transcript.messagesOf(last);
  transcript.undo([last]);
  const what = said ? ` (“${short(said.text)}”)` : '';
  return `Taken back: I no longer see the last turn${what}. What tools did in it stays done.`;
};

/** `/retry`: the messages of the last turn are answered again, as if it had not been. */
export const retry: Handler = ({ queued }, { transcript }) => {
  const last = transcript.turns.at(-1);
  const [first, ...more] = last === undefined ? [] : transcript.messagesOf(last);
  if (last === undefined || !first) return nothing(transcript);
  transcript.undo([last]);
  return { turn: [again(first, queued), ...more.map((entry) => again(entry, queued))] };
};

/** `/branch`: the conversation as it was is kept apart, and this one goes on from a turn. */
export const branch: Handler = async ({ argument }, { transcript }) => {
  const { turns, summary } = transcript;
  const from = argument === '' ? turns.at(-1) : Number(argument);
  if (from === undefined) return summary ? nothing(transcript) : 'There is no turn to branch from yet.';
  if (summary && from > 0 && from <= summary.upToTurn)
    return `Turn ${argument.slice(0, 20)} is in the summary of what was said before, so I cannot go back to it; the first one that I can go on from is ${turns[0] ?? 'the next one'}.`;
  if (!turns.includes(from))
    return `There is no turn ${argument.slice(0, 20)} here; the last one is ${turns.at(-1) ?? 'none'}.`;
  const copy = `web/branch-${uuid4().slice(0, 8)}`;
  await fork({ copy });
  transcript.undo(turns.filter((turn) => turn > from));
  return `From here on this is a branch that goes on from turn ${from}. The conversation as it was is kept as \`${copy}\`, in the web chat and the HTTP API.`;
};

/** A message that was answered before, to be answered in reply to the command. */
function again(entry: UserEntry, { message, settings, at }: QueuedMessage): QueuedMessage {
  const { seq, text, sender, edited, attachments, quote } = entry;
  const { live, group, place } = message;
  return {
    settings,
    at,
    message: {
      // Not its old event id, by which the page would take it for the same message.
      id: `${message.id}/${seq}`,
      text,
      ...(sender ? { sender } : {}),
      ...(edited ? { edited } : {}),
      ...(attachments ? { attachments } : {}),
      ...(quote === undefined ? {} : { quote }),
      ...(group ? { group } : {}),
      ...(live === undefined ? {} : { live }),
      ...(place === undefined ? {} : { place }),
    },
  };
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
