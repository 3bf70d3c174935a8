import type { Violation } from '../check/violation.ts';
import { instantsOn } from '../instants.ts';
import type { Spoken } from '../person.ts';
import type { Evidence } from '../storm.ts';

/** What one kind of fault did. */
interface Row {
  instant: string;
  /** How often it struck. */
  strikes: number;
  /** Processes that were SIGKILLed. */
  kills: number;
  /** Messages that were being answered at that moment. */
  inWork: number;
  lost: number;
  repeated: number;
  outOfOrder: number;
  other: number;
  /** From the fault to the complete answer of what was in work, in ms; null if nothing was. */
  medianRecoveryMs: number | null;
}

export interface Summary {
  seed: number;
  conversations: number;
  messages: number;
  turns: number;
  toolRuns: number;
  strikes: number;
  kills: number;
  /** Webhooks that came more than once. */
  redeliveries: number;
  replayedHistories: number;
  violations: number;
  rows: Row[];
}

export function summarise(evidence: Evidence, violations: readonly Violation[]): Summary {
  const { seed, strikes, conversations, ledger, repeats, replayed } = evidence;
  const spoken = conversations.flatMap((one) => one.spoken);
  const byToken = new Map(spoken.map((one) => [one.token, one]));
  const placed = violations.map((violation) => ({
    ...violation,
    instant: instantOf(evidence, byToken.get(violation.token ?? '')),
  }));
  const rows = instantsOn(evidence.server).map(({ name }): Row => {
    const ours = strikes.filter(({ instant }) => instant === name);
    const struck = ours.flatMap(({ at }) =>
      spoken.filter((one) => isInWork(one, at)).map((one) => ({ one, at })),
    );
    const recoveries = struck.flatMap(({ one: { answeredAt }, at }) =>
      answeredAt === undefined ? [] : [answeredAt - at],
    );
    const broken = placed.filter(({ instant }) => instant === name);
    const count = (what: Violation['what']) => broken.filter((one) => one.what === what).length;
    const [lost, repeated, outOfOrder] = [count('lost'), count('repeated'), count('out of order')];
    return {
      instant: name,
      strikes: ours.length,
      kills: ours.reduce((sum, { victims }) => sum + victims.length, 0),
      inWork: struck.length,
      lost,
      repeated,
      outOfOrder,
      other: broken.length - lost - repeated - outOfOrder,
      medianRecoveryMs: median(recoveries),
    };
  });
  return {
    seed,
    conversations: conversations.length,
    messages: spoken.length,
    turns: conversations.reduce((sum, { answer }) => sum + (answer?.turns ?? 0), 0),
    toolRuns: ledger.filter(({ phase }) => phase === 'begin').length,
    strikes: strikes.length,
    kills: rows.reduce((sum, { kills }) => sum + kills, 0),
    redeliveries: repeats,
    replayedHistories: replayed,
    violations: violations.length,
    rows,
  };
}

/** The last fault before the message was answered; what no message is known of is nobody's. */
function instantOf({ strikes }: Evidence, spoken: Spoken | undefined): string | undefined {
  if (!spoken) return undefined;
  const end = spoken.answeredAt ?? Number.POSITIVE_INFINITY;
  return strikes.findLast(({ at }) => at >= spoken.at && at <= end)?.instant;
}

function isInWork({ at, answeredAt }: Spoken, moment: number): boolean {
  return at <= moment && (answeredAt ?? Number.POSITIVE_INFINITY) > moment;
}

function median(values: number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
