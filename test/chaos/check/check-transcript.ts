import type { Entry, ReplyEntry, ToolEntry, UserEntry } from '../../../contract/transcript.ts';
import { toolCallsOf } from '../../../contract/transcript.ts';
import type { LedgerLine } from '../../fakes/ledger.ts';
import type { Witnessed } from '../storm.ts';
import { effectOf } from '../tools.ts';
import { Findings, type Violation } from './violation.ts';

/** What holdfast has of a conversation: the scripted dialogue, each message answered once, each call with its result. */
export function checkTranscript(witnessed: Witnessed, ledger: readonly LedgerLine[]): Violation[] {
  const found = new Findings(witnessed.conversation);
  const { answer } = witnessed;
  if (answer) {
    const { status, waiting, transcript } = answer;
    if (status !== 'idle' || waiting > 0)
      found.add('transcript', `it is ${status}, and ${waiting} messages wait`);
    checkDialogue(found, witnessed, transcript);
    checkReplies(found, transcript);
    checkHeard(found, witnessed, transcript);
    checkResults(found, witnessed, transcript, ledger);
  } else found.add('transcript', 'there is none');
  return found.violations;
}

/** What people said is what they wrote, in their order. */
function checkDialogue(found: Findings, { spoken }: Witnessed, transcript: Entry[]): void {
  const scripted = spoken.filter(({ command }) => !command);
  const texts = transcript
    .filter(isSaid)
    .filter(({ internal }) => !internal)
    .map(({ text }) => text);
  const wrong = scripted.findIndex(({ text }, index) => texts[index] !== text);
  if (wrong >= 0)
    found.add(
      'transcript',
      `message ${wrong + 1} of the dialogue is: ${texts[wrong] ?? 'not there'}`,
      scripted[wrong]?.token,
    );
  const surplus = texts.length - scripted.length;
  if (surplus > 0) found.add('transcript', `${surplus} messages that nobody wrote`);
}

/** Each message, command and notice has one reply, and each turn its answer. */
function checkReplies(found: Findings, transcript: Entry[]): void {
  const replies = transcript.filter(isReply);
  for (const { id, text } of transcript.filter((entry): entry is UserEntry => entry.kind === 'user')) {
    const times = replies.filter(({ answers }) => answers.includes(id)).length;
    if (times !== 1) found.add('transcript', `${times} replies to: ${text.slice(0, 80)}`);
  }
  for (const { status, text } of replies)
    if (status !== 'answered' && status !== 'command') found.add('transcript', `a turn ${status}: ${text}`);
}

/** The model, which says how many messages it heard, was shown all that there were but those that were given up, which is told of each. */
function checkHeard(found: Findings, { shown }: Witnessed, transcript: Entry[]): void {
  const replies = transcript.filter(isReply);
  const givenUp = new Set(replies.flatMap(({ status, answers }) => (status === 'failed' ? answers : [])));
  const said = transcript.filter(isSaid).filter(({ id }) => !givenUp.has(id));
  for (const text of shown) {
    const heard = [...text.matchAll(/\[heard (\d+)\]/g)].at(-1)?.[1];
    const reply = heard === undefined ? undefined : replies.find((one) => isShownAs(one, text));
    const there = reply && said.filter(({ seq }) => seq < reply.seq).length;
    if (there !== undefined && there !== Number(heard))
      found.add('transcript', `the model heard ${heard} of ${there} messages: ${text.slice(0, 80)}`);
  }
}

/** Each call of a turn has one result, and it is true. */
function checkResults(
  found: Findings,
  { spoken }: Witnessed,
  transcript: Entry[],
  ledger: readonly LedgerLine[],
): void {
  const calls = new Map(
    transcript
      .filter((entry) => entry.kind === 'assistant')
      .flatMap(({ content }) => toolCallsOf(content))
      .map((call) => [(call.input as { tag?: string }).tag ?? call.toolCallId, call.toolCallId]),
  );
  for (const { token, kind, deeds } of spoken.filter((one) => one.kind !== 'task'))
    for (const { tool, tag, denied } of deeds) {
      const add = (detail: string) => found.add('transcript', detail, token);
      const results = transcript.filter(
        (entry): entry is ToolEntry => entry.kind === 'tool' && entry.callId === calls.get(tag),
      );
      const outcome = results[0]?.outcome ?? 'missing';
      const allowed = denied ? ['denied'] : effectOf(tool) === 'once' ? ['ok', 'unknown'] : ['ok'];
      if (results.length !== 1) add(`${results.length} results of ${tool} (${kind})`);
      if (!allowed.includes(outcome)) add(`${tool} (${kind}): ${outcome}`);
      const acted = ledger.some((line) => line.tag === tag && line.phase === 'end');
      if (outcome === 'ok' && !acted) add(`${tool} is said to have acted, and has not`);
    }
}

/** What the model sees as said to it. */
function isSaid(entry: Entry): entry is UserEntry {
  return entry.kind === 'user' && !entry.command;
}

function isReply(entry: Entry): entry is ReplyEntry {
  return entry.kind === 'reply';
}

/** Platforms show marks of emphasis and code in their own way. */
function isShownAs({ text, status }: ReplyEntry, shown: string): boolean {
  return status === 'answered' && lettersOf(text) === lettersOf(shown);
}

function lettersOf(text: string): string {
  return text.replaceAll(/\W+/g, '');
}
