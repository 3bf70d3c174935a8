import type { Evidence } from '../storm.ts';
import { checkEffects } from './check-effects.ts';
import { checkShown } from './check-shown.ts';
import { checkTranscript } from './check-transcript.ts';
import type { Violation } from './violation.ts';

/** Every promise that was not kept. */
export function check({ conversations, ledger, replayFailure, crashes }: Evidence): Violation[] {
  return [
    ...conversations.flatMap((witnessed) => [
      ...checkShown(witnessed),
      ...checkTranscript(witnessed, ledger),
    ]),
    ...checkEffects(ledger, conversations),
    ...(replayFailure === undefined
      ? []
      : [{ what: 'history' as const, detail: `a history does not replay: ${replayFailure}` }]),
    ...crashes.map((words) => ({ what: 'crash' as const, detail: words })),
  ];
}
