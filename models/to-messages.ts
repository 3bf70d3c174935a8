import type { AssistantModelMessage, ModelMessage, ToolModelMessage } from 'ai';
import type { ToolEntry } from '../contract/transcript.ts';
import {
  type AssistantEntry,
  type Entry,
  type ReplyEntry,
  saidIn,
  toolCallsOf,
} from '../contract/transcript.ts';
import { wellFormed } from '../contract/well-formed.ts';
import type { ShownFiles } from './shown-files.ts';
import { userContent } from './user-content.ts';

/** What the model is told of a call whose outcome nobody knows. */
export const OUTCOME_UNKNOWN =
  'The outcome of this call is unknown: it was lost while it ran, may or may not have acted, and was not run again. ' +
  'Do not assume either; tell the user.';
/** What the model is told of a call that was ended before it finished. */
export const CALL_CANCELLED = 'This call was cancelled before it finished; it may have acted in part.';
const NO_RESULT = 'No result was recorded for this call.';

/** How a summary begins and ends for the model: nobody said it. */
export const SUMMARY_BEGINS =
  '[Summary of this conversation so far, which you wrote yourself to make room; what it is of is no longer shown]';
const SUMMARY_ENDS = '[End of the summary]';

type ToolResult = Extract<ToolModelMessage['content'][number], { type: 'tool-result' }>;

/**
 * The transcript as the AI SDK takes it: it begins with a user message, and each tool call is followed by its result,
 * whatever else was said in between. `files` are the attachments that are at hand.
 */
export function toMessages(entries: Entry[], files: ShownFiles = new Map()): ModelMessage[] {
  // A person's places are several senders, but one person.
  const senders = new Set(
    entries.flatMap((entry) => (entry.kind === 'user' && !entry.place ? [entry.sender?.id] : [])),
  );
  const first = entries.findIndex(
    (entry) => entry.kind === 'summary' || (entry.kind === 'user' && !entry.command),
  );
  const messages = entries.flatMap((entry, index): ModelMessage[] => {
    if (first < 0 || index < first) return [];
    if (entry.kind === 'summary')
      return [{ role: 'user', content: `${SUMMARY_BEGINS}\n\n${entry.text}\n\n${SUMMARY_ENDS}` }];
    if (entry.kind === 'user')
      return entry.command ? [] : [{ role: 'user', content: userContent(entry, senders.size > 1, files) }];
    if (entry.kind === 'assistant') return assistantMessages(entry, entries.slice(index + 1));
    return entry.kind === 'reply' ? replyMessages(entry, entries) : [];
  });
  return wellFormed(messages);
}

function assistantMessages(entry: AssistantEntry, later: Entry[]): ModelMessage[] {
  if (entry.content.length === 0) return [];
  const said: AssistantModelMessage = { role: 'assistant', content: entry.content };
  const results = toolCallsOf(entry.content).map(({ toolCallId, toolName }): ToolResult => {
    const result = later.find((other) => other.kind === 'tool' && other.callId === toolCallId);
    return { type: 'tool-result', toolCallId, toolName, output: outputOf(result as ToolEntry | undefined) };
  });
  return results.length > 0 ? [said, { role: 'tool', content: results }] : [said];
}

function outputOf(result: ToolEntry | undefined): ToolResult['output'] {
  if (!result) return { type: 'error-text', value: NO_RESULT };
  const { outcome, output } = result;
  if (outcome === 'ok') return { type: 'text', value: output || '(no output)' };
  if (outcome === 'error' || outcome === 'denied')
    return { type: 'error-text', value: output || 'The tool failed.' };
  const told = outcome === 'unknown' ? OUTCOME_UNKNOWN : CALL_CANCELLED;
  return { type: 'error-text', value: output ? `${told}\n${output}` : told };
}

/** What the user saw of a turn that was not answered, without what the model itself had said in it. */
function replyMessages(reply: ReplyEntry, entries: Entry[]): ModelMessage[] {
  if (reply.status === 'answered' || reply.status === 'command') return [];
  const said = saidIn(entries.filter((entry) => entry.turn === reply.turn));
  const text = reply.text.trim();
  const rest = text.startsWith(said) ? text.slice(said.length).trim() : text;
  return rest ? [{ role: 'assistant', content: rest }] : [];
}
