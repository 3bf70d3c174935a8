import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type Change, changedBuild } from '../support/build.ts';
import type { Violation } from './check/violation.ts';
import { runChaos } from './run-chaos.ts';

interface Broken {
  name: string;
  changes: Change[];
  /** The only faults of its storm, and what people write in it if not anything. */
  instants: string[];
  kind?: string;
  /** How the checker calls what then happens. */
  caught: Violation['what'];
}

const BROKEN: Broken[] = [
  {
    name: 'no dedupe window',
    changes: [{ file: 'workflows/inbox.ts', from: '    if (this.#seen.has(message.id)) return;\n', to: '' }],
    instants: ['gateway, after it was stored, before the 200'],
    caught: 'repeated',
  },
  {
    name: 'tools that may act once are retried',
    changes: [
      { file: 'tools/define-tool.ts', from: "effect === 'once' ? 1 :", to: "effect === 'once' ? 3 :" },
    ],
    instants: ['tool running: once'],
    kind: 'once',
    caught: 'effect',
  },
  {
    name: 'acknowledged before Temporal has stored it',
    changes: [
      {
        file: 'gateway/webhooks.ts',
        from: 'if (await conversations.store({ id, message })) isTaken = true;',
        to: 'void conversations.store({ id, message }).catch(() => {}); isTaken = true;',
      },
    ],
    instants: ['gateway, before Temporal stored the message'],
    caught: 'lost',
  },
  {
    name: 'what was streamed before is not edited',
    changes: [
      {
        file: 'activities/take-step.ts',
        from: 'before: { ...target.receipt, ...recorded },\n    look: attempt > 1 || target.mayHaveStreamed === true,',
        to: 'before: {},\n    look: false,',
      },
    ],
    instants: ['reply being sent or streamed', 'a worker, at any time'],
    kind: 'streamed',
    caught: 'repeated',
  },
  {
    name: 'the transcript is lost at continue-as-new',
    changes: [
      {
        file: 'workflows/entity.ts',
        from: '      ...this.transcript.carried(),\n',
        to: '      ...this.transcript.carried(),\n      entries: [],\n',
      },
      // Only so that it comes to one within a minute.
      { file: 'workflows/run-length.ts', from: 'const EVENTS = 500;', to: 'const EVENTS = 60;' },
    ],
    instants: ['a gateway, at any time'],
    caught: 'transcript',
  },
];

/** The storm's checker is worth something if it sees what is broken. */
describe('the checker of the storm catches', () => {
  it.each(BROKEN)(
    '$name',
    async ({ changes, instants, kind, caught }) => {
      const root = await changedBuild(inject('scratch'), changes);
      const { exitCode, output, broken } = await runChaos({
        root,
        temporal: inject('temporal'),
        out: path.join(root, 'chaos'),
        seed: 5,
        args: { minutes: 0.6, conversations: 12, settle: 20, ...(kind === undefined ? {} : { kind }) },
        instants,
      });
      expect(exitCode, output).toBe(1);
      expect(broken.map(({ what }) => what)).toContain(caught);
    },
    300_000,
  );
});
