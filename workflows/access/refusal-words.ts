import type { Refusal } from '../../contract/admission.ts';
import type { LimitReached, Limits, Used } from '../../contract/limits.ts';
import { MOST_COMMANDS, PACE_WINDOW } from './pace.ts';

/**
 * What the sender of a message is told that is not let in; undefined where there is nothing to say. `identity` is who they are
 * at their platform; times are in ms since the epoch.
 */
export function refusalLine(
  refusal: Refusal,
  { identity, now }: { identity: string | undefined; now: number },
): string | undefined {
  switch (refusal.reason) {
    case 'stranger': {
      const who = identity === undefined ? '' : ` Here you are \`${identity}\`.`;
      return `I answer only people whom my operator has listed, so I did not read your message.${who}`;
    }
    case 'unpaired':
      return refusal.code === undefined ? undefined : pairingLine(refusal.code, refusal.until ?? 0);
    case 'crowded':
      return `I do not know you yet, and too many others wait to be let in. Please write again after ${timeAfter(refusal.until)} UTC.`;
    case 'limit':
      return limitLine(refusal, now);
    case 'paced':
      return `Those are more than ${MOST_COMMANDS} commands in ${PACE_WINDOW / 1000} seconds. I leave out the rest of them; please try again in a moment.`;
    case 'unavailable':
      return 'I could not check whether I may answer you, so I did not read your message. Please send it again later.';
  }
}

function pairingLine(code: string, until: number): string {
  return [
    `I do not know you yet, so I did not read your message. Your code is \`${code}\`, until ${timeOf(until)} UTC.`,
    `Give it to whoever runs me. They let you in with \`npm run holdfast -- pair approve ${code}\`, or an approver writes \`/pair ${code}\` to me. Then write again.`,
  ].join('\n\n');
}

function limitLine({ limit, most, until }: LimitReached, now: number): string {
  if (limit === 'messagesPerMinute') {
    const seconds = Math.max(1, Math.ceil((until - now) / 1000));
    return `I take ${most} messages a minute from you at most, so I did not read this one. Please send it again in ${seconds} seconds.`;
  }
  const what = { turnsPerDay: 'turns', tokensPerDay: 'tokens', costPerDay: 'of cost' }[limit];
  return `You have used up today’s ${most} ${what}, so I did not read your message. I answer you again from ${timeAfter(until)} UTC on. Commands still work.`;
}

/** What somebody may still use. */
export function leftLine(limits: Limits, used: Used | undefined): string {
  const left = (most: number | undefined, unit: string, spent = 0) =>
    most === undefined ? [] : [`${Math.max(0, Number((most - spent).toFixed(4)))} of ${most} ${unit}`];
  const all = [
    ...left(limits.messagesPerMinute, 'messages this minute', used?.messages),
    ...left(limits.turnsPerDay, 'turns today', used?.turns),
    ...left(limits.tokensPerDay, 'tokens today', used?.tokens),
    ...left(limits.costPerDay, 'of cost today', used?.cost),
  ];
  return `You have ${all.join(', ')} left (UTC).`;
}

/** Hour and minute in UTC. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

/** The first whole minute that is not before. */
export function timeAfter(ms: number): string {
  return timeOf(ms + 59_999);
}
