import type { Entry, ReplyEntry, ToolEntry, UserEntry } from '../../../contract/transcript.ts';
import { toolCallsOf } from '../../../contract/transcript.ts';
import type { StormLine } from '../ledger.ts';
import type { Witnessed } from '../storm.ts';
import type { Violation } from './violation.ts';

const MAY_BE_UNKNOWN = new Set(['pay', 'book', 'charge']);

/** What holdfast has of a conversation: the scripted dialogue, each message answered once, each call with its result. */
export function checkTranscript(
  { conversation, spoken, shown, answer }: Witnessed,
  ledger: readonly StormLine[],
): Violation[] {
  if (!answer) return [{ what: 'transcript', conversation, detail: 'there is none' }];
  const violations: Violation[] = [];
  const add = (detail: string, token?: string) =>
    violations.push({
      what: 'transcript',
      conversation,
      detail,
      ...(token === undefined ? {} : { token }),
    });
  const { transcript, status, waiting } = answer;
  if (status !== 'idle' || waiting > 0) add(`it is ${status}, and ${waiting} messages wait`);

  const said = transcript.filter(isSaid);
  const scripted = spoken.filter(({ command }) => !command);
  const texts = said.filter(({ internal }) => !internal).map(({ text }) => text);
  for (const [index, { text, token }] of scripted.entries())
    if (texts[index] !== text) {
      add(`message ${index + 1} of the dialogue is: ${texts[index] ?? 'not there'}`, token);
      break;
    }
  if (texts.length > scripted.length) add(`${texts.length - scripted.length} messages that nobody wrote`);

  const replies = transcript.filter((entry): entry is ReplyEntry => entry.kind === 'reply');
  for (const { id, text } of transcript.filter((entry): entry is UserEntry => entry.kind === 'user')) {
    const times = replies.filter(({ answers }) => answers.includes(id)).length;
    if (times !== 1) add(`${times} replies to: ${text.slice(0, 80)}`);
  }
  for (const { status: ended, text } of replies)
    if (ended !== 'answered' && ended !== 'command') add(`a turn ${ended}: ${text}`);

  for (const text of shown) {
    const heard = [...text.matchAll(/\[heard (\d+)\]/g)].at(-1)?.[1];
    const reply = heard === undefined ? undefined : replies.find((one) => isShownAs(one, text));
    const there = reply && said.filter(({ seq }) => seq < reply.seq).length;
    if (there !== undefined && there !== Number(heard))
      add(`the model heard ${heard} of ${there} messages: ${text.slice(0, 80)}`);
  }

  const calls = new Map(
    transcript
      .filter((entry) => entry.kind === 'assistant')
      .flatMap(({ content }) => toolCallsOf(content))
      .map((call) => [(call.input as { tag?: string }).tag ?? call.toolCallId, call.toolCallId]),
  );
  for (const { token, kind, deeds } of spoken.filter((one) => one.kind !== 'task'))
    for (const { tool, tag, denied } of deeds) {
      const results = transcript.filter(
        (entry): entry is ToolEntry => entry.kind === 'tool' && entry.callId === calls.get(tag),
      );
      const outcome = results[0]?.outcome ?? 'missing';
      const allowed = denied ? ['denied'] : MAY_BE_UNKNOWN.has(tool) ? ['ok', 'unknown'] : ['ok'];
      if (results.length !== 1) add(`${results.length} results of ${tool} (${kind})`, token);
      if (!allowed.includes(outcome)) add(`${tool} (${kind}): ${outcome}`, token);
      const acted = ledger.some((line) => line.tag === tag && line.phase === 'end');
      if (outcome === 'ok' && !acted) add(`${tool} is said to have acted, and has not`, token);
    }
  return violations;
}

/** What the model sees as said to it. */
function isSaid(entry: Entry): entry is UserEntry {
  return entry.kind === 'user' && !entry.command;
}

/** Platforms show marks of emphasis and code in their own way. */
function isShownAs({ text, status }: ReplyEntry, shown: string): boolean {
  return status === 'answered' && lettersOf(text) === lettersOf(shown);
}

function lettersOf(text: string): string {
  return text.replaceAll(/\W+/g, '');
}
