import type { ToolOutcome } from '../../../contract/tool-call.ts';
import type { ApprovalEvent, DecisionEvent, DeltaEvent, ReplyEvent, StepEvent, ToolEvent } from './wire.ts';

/** What a turn shows: one bubble, from its first words or tool call to its end. */
export interface Reply {
  kind: 'reply';
  key: string;
  turn: number;
  /** Finished steps. */
  steps: Step[];
  /** The step that is being written: the one after the finished ones. */
  live?: LiveText;
  approvals: Approval[];
  end?: ReplyEnd;
}

type ReplyEnd = Pick<ReplyEvent, 'status' | 'text' | 'buttons' | 'files'>;

interface Step {
  text: string;
  calls: Call[];
}

export interface Call {
  id: string;
  name: string;
  input: unknown;
  progress?: string;
  /** Without it, the call is running or about to. */
  result?: { outcome: ToolOutcome; output: string };
}

/** A call that had to be allowed first; `decision` once it is decided. */
export interface Approval extends Omit<ApprovalEvent, 'type' | 'seq' | 'turn'> {
  /** The step below which it was asked for. */
  step: number;
  decision?: Pick<DecisionEvent, 'outcome' | 'reach' | 'by'>;
}

interface LiveText {
  attempt: number;
  text: string;
  /** What an attempt before this one had shown. */
  earlier: string;
}

/** A step is finished: its text is final, its tool calls begin. */
export function addCalls(reply: Reply, { text, calls }: StepEvent): Reply {
  const { live: _, ...rest } = reply;
  return { ...rest, steps: [...reply.steps, { text, calls }] };
}

export function finishCall(reply: Reply, { callId, outcome, output }: ToolEvent): Reply {
  return inCall(reply, callId, (call) => ({ ...call, result: { outcome, output } }));
}

export function askApproval(reply: Reply, { type: _, seq: __, turn: ___, ...asked }: ApprovalEvent): Reply {
  return { ...reply, approvals: [...reply.approvals, { ...asked, step: reply.steps.length }] };
}

export function decideApproval(reply: Reply, { id, outcome, reach, by }: DecisionEvent): Reply {
  const decision = { outcome, ...(reach ? { reach } : {}), ...(by === undefined ? {} : { by }) };
  const approvals = reply.approvals.map((asked) => (asked.id === id ? { ...asked, decision } : asked));
  return { ...reply, approvals };
}

/** Whether a call that has no result is not running, but waits for an approver. */
export function waitsForApprover({ approvals }: Reply, calls: Call[], { name }: Call): boolean {
  const open = calls.filter((call) => call.name === name && !call.result).length;
  const undecided = approvals.filter(
    ({ task, tool, decision }) => !task && tool === name && !decision,
  ).length;
  // A request does not say which call it is of: where some of several run, all do.
  return undecided > 0 && undecided >= open;
}

export function addProgress(reply: Reply, callId: string, progress: string): Reply {
  return inCall(reply, callId, (call) => ({ ...call, progress }));
}

/** Text counts where it joins on to what is known; after a gap the step waits for its finished form. */
export function addDelta(reply: Reply, { step, attempt, offset, text }: DeltaEvent): Reply {
  const { steps, live: known } = reply;
  if (step !== steps.length + 1 || (known && attempt < known.attempt)) return reply;
  const current =
    known?.attempt === attempt ? known : { attempt, text: '', earlier: known ? shownText(known) : '' };
  if (offset > current.text.length) return reply;
  return {
    ...reply,
    live: { ...current, text: current.text + text.slice(current.text.length - offset) },
  };
}

export function endReply(reply: Reply, { status, text, buttons, files }: ReplyEvent): Reply {
  const { live: _, ...rest } = reply;
  return { ...rest, end: { status, text, ...(buttons ? { buttons } : {}), ...(files ? { files } : {}) } };
}

/** A repeated attempt is shown once it has caught up with what the one before had shown. */
function shownText({ text, earlier }: LiveText): string {
  return text.length < earlier.length ? earlier : text;
}

/** A reply as it is drawn: texts, tool calls and requests for approval in the order they came. */
export type Piece = { text: string } | { calls: Call[] } | { approval: Approval };

export function piecesOf({ steps, live, approvals, end }: Reply): Piece[] {
  const texts = [...steps.map((step) => step.text), ...(live ? [shownText(live)] : [])];
  const said = texts.flatMap((text, index): Piece[] => {
    const calls = steps[index]?.calls ?? [];
    return [
      ...(text.trim() ? [{ text }] : []),
      ...(calls.length > 0 ? [{ calls }] : []),
      ...askedBelow(index + 1, approvals),
    ];
  });
  said.unshift(...askedBelow(0, approvals));
  if (!end) return said;
  // The end repeats what the steps said: only what it adds is drawn below them.
  const rest = textAfter(end.text, texts);
  if (rest !== undefined) return rest ? [...said, { text: rest }] : said;
  return [...said.filter((piece) => !('text' in piece)), { text: end.text }];
}

function askedBelow(step: number, approvals: Approval[]): Piece[] {
  return approvals.filter((approval) => approval.step === step).map((approval) => ({ approval }));
}

/** What `whole` says after `beginnings`, white space aside; undefined if it does not begin with them. */
export function textAfter(whole: string, beginnings: string[]): string | undefined {
  let rest = whole.trim();
  for (const text of beginnings) {
    const beginning = text.trim();
    if (!rest.startsWith(beginning)) return undefined;
    rest = rest.slice(beginning.length).trim();
  }
  return rest;
}

function inCall(reply: Reply, callId: string, change: (call: Call) => Call): Reply {
  const steps = reply.steps.map((step) => ({
    ...step,
    calls: step.calls.map((call) => (call.id === callId ? change(call) : call)),
  }));
  return { ...reply, steps };
}
