import { type Plan, plan } from '../support/plan.ts';
import type { Random } from './random.ts';

/** What a tool call of the dialogue is to do in the world. */
interface Deed {
  tool: string;
  /** Names the call in the ledger. */
  tag: string;
  /** Who was asked said no. */
  denied: boolean;
}

/** Something that the bot must show exactly once. */
export interface Expected {
  what: 'reply' | 'reminder' | 'report' | 'request' | 'confirmation';
  /** The whole message, from its first word to its last. */
  pattern: RegExp;
  /** Any message with this is meant to be it, be it whole or not. */
  mark: string;
}

/** One message of a person, with all that must come of it. */
export interface Exchange {
  /** Names it in this storm. */
  token: string;
  kind: string;
  text: string;
  /** A command, which the model never sees. */
  command?: true;
  deeds: Deed[];
  expected: Expected[];
  /** What the approver presses. */
  decision?: 'Approve' | 'Deny';
  /** Of the reminder, from when it is sent. */
  dueInMs?: number;
}

/** The line that says that nobody knows whether a `once` tool acted; platforms show paragraphs and `code` in their own way. */
const UNKNOWN = String.raw`(?:\n+⚠️ The outcome of \W?\w+\W? is unknown: it was cut short while it ran\. It was not run again\.)*`;
const HEARD = String.raw` \[heard \d+\]`;
const REMIND_SECONDS = 15;

const LONG = 'and more of the answer follows, word after word, until all of it is said ';

interface Kind {
  kind: string;
  weight: number;
  /** Only where somebody can press buttons. */
  decided?: true;
  steps?(tag: string, random: Random): Plan['steps'];
}

const LONGEST_TOOL_MS = 1_500;
const call = (tool: string, tag: string, random: Random): [string, object] => [
  tool,
  { tag: `${tag}.${tool}`, holdMs: random.between(0, LONGEST_TOOL_MS) },
];

export const KINDS: Kind[] = [
  { kind: 'plain', weight: 120 },
  { kind: 'streamed', weight: 8 },
  { kind: 'read', weight: 5, steps: (tag, random) => [[call('look_up', tag, random)]] },
  { kind: 'idempotent', weight: 6, steps: (tag, random) => [[call('set_value', tag, random)]] },
  { kind: 'once', weight: 7, steps: (tag, random) => [[call('pay', tag, random)]] },
  { kind: 'reconciled', weight: 5, steps: (tag, random) => [[call('book', tag, random)]] },
  {
    kind: 'two tools',
    weight: 5,
    steps: (tag, random) => [[call('pay', tag, random)], [call('look_up', tag, random)]],
  },
  {
    kind: 'at once',
    weight: 4,
    steps: (tag, random) => [[call('set_value', tag, random), call('look_up', tag, random)]],
  },
  {
    kind: 'approval',
    weight: 6,
    decided: true,
    steps: (tag, random) => [[call('charge', tag, random)]],
  },
  { kind: 'reminder', weight: 3 },
  { kind: 'task', weight: 3 },
];

/** What a person may write: of these kinds, and with buttons only where there are some. */
export interface Choice {
  decides: boolean;
  kinds: readonly string[];
}

/** The next thing that a person writes. */
export function nextExchange(token: string, random: Random, { decides, kinds }: Choice): Exchange {
  const { kind, steps } = random.weighted(
    KINDS.filter(({ kind: name, decided }) => (decides || !decided) && kinds.includes(name)),
  );
  if (kind === 'reminder') return reminder(token);
  if (kind === 'task') return task(token, random);
  const said = steps?.(token, random) ?? [];
  const long = kind === 'streamed' ? ` ${LONG.repeat(random.between(4, 14))}`.trimEnd() : '';
  const decision = kind === 'approval' ? random.pick(['Approve', 'Approve', 'Deny'] as const) : undefined;
  return {
    token,
    kind,
    text: plan({
      steps: said,
      say: `${token}:${long}`,
      ...(kind === 'streamed' ? { chunkDelayMs: 25 } : {}),
      delayMs: random.between(0, 400),
    }),
    deeds: said.flat().map(([tool]) => ({ tool, tag: `${token}.${tool}`, denied: decision === 'Deny' })),
    expected: [
      reply(token, `${token}:${long}`),
      ...(decision
        ? [
            {
              what: 'request' as const,
              pattern: /charge[^]*(?:Approved|Denied) by Boss/,
              mark: `${token}.charge`,
            },
          ]
        : []),
    ],
    ...(decision ? { decision } : {}),
  };
}

/** Waits in its conversation as any message does, so its time counts from when it is sent. */
function reminder(token: string): Exchange {
  return {
    token,
    kind: 'reminder',
    text: `/remind in ${REMIND_SECONDS} seconds ${token}!`,
    command: true,
    deeds: [],
    dueInMs: REMIND_SECONDS * 1_000,
    expected: [
      {
        what: 'confirmation',
        pattern: /^I will remind you [^]*: [^]*remove \W?\w+\W?$/,
        mark: `: ${token}!`,
      },
      {
        what: 'reminder',
        pattern: new RegExp(`^⏰ ${literal(token)}!(?:\n\n\\(due [^)]+\\)+)?$`),
        mark: `⏰ ${token}!`,
      },
    ],
  };
}

function task(token: string, random: Random): Exchange {
  const name = `${token}+`;
  const steps = [[call('set_value', name, random)], [call('pay', name, random)]];
  return {
    token,
    kind: 'task',
    text: plan({ steps: [[['delegate', { task: plan({ steps, say: `${name}:` }) }]]], say: `${token}:` }),
    deeds: ['set_value', 'pay'].map((tool) => ({ tool, tag: `${name}.${tool}`, denied: false })),
    expected: [
      reply(token, `${token}:`),
      {
        what: 'report',
        // The model of the storm says what it is told.
        pattern: new RegExp(`^echo: \\[report of task [^]*${literal(name)}:${HEARD}[^]*${HEARD}${UNKNOWN}$`),
        mark: `${name}:`,
      },
    ],
  };
}

function reply(token: string, said: string): Expected {
  return {
    what: 'reply',
    pattern: new RegExp(`^${literal(said)}${HEARD}${UNKNOWN}$`),
    mark: `${token}:`,
  };
}

function literal(text: string): string {
  return text.replaceAll(/[.+]/g, String.raw`\$&`);
}
