import type { DemoNote } from './read-prompt.ts';
import { workspaceCalls } from './workspace-calls.ts';

/** A tool call that a user's words ask for; `input` is JSON text, as a model writes it. */
export interface WantedCall {
  tool: string;
  input: string;
}

/** Takes what it understands out of the text and tells what to call for it. */
export type Rule = (text: string, want: (tool: string, input: unknown) => void) => string;

/** Every tool call that the text asks for, in the order of the rules; each stretch of text counts once. */
export function wantedCalls(text: string, notes: DemoNote[]): WantedCall[] {
  const calls: WantedCall[] = [];
  const want = (tool: string, input: unknown) =>
    calls.push({ tool, input: typeof input === 'string' ? input : JSON.stringify(input) });
  const rules = [
    delegations,
    explicitCalls,
    workspaceCalls,
    remembering,
    recalling,
    forgetting(notes),
    reminders,
    files,
    choices,
    pages,
    waits,
    sums,
    clocks,
  ];
  for (const rule of rules) text = rule(text, want);
  return calls;
}

/** `delegate: wait 20 seconds`: all that follows is for the sub-agent. */
const delegations: Rule = (text, want) =>
  text.replace(/^\s*delegate\b[\s:]*(\S[^]*)$/i, (_match, task: string) => {
    want('delegate', { task: task.trim() });
    return '';
  });

/** `call book_table {"seats": 2}`: any tool by its name, with whatever is in the braces, right or wrong. */
const explicitCalls: Rule = (text, want) => {
  const start = /\bcall\s+([A-Za-z]\w*)\s*(?=\{|$)/.exec(text);
  if (!start) return text;
  const from = start.index + start[0].length;
  const end = closingBrace(text, from);
  want(start[1] as string, text.slice(from, end) || '{}');
  return explicitCalls(`${text.slice(0, start.index)} ${text.slice(end)}`, want);
};

/** The end of the JSON object that begins at `from`: braces inside strings do not count. */
function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (const { 0: token, index } of text.slice(from).matchAll(/"(?:\\.|[^"\\])*"|[{}]/g)) {
    if (token === '{') depth++;
    if (token === '}' && --depth === 0) return from + index + 1;
  }
  return text.length;
}

const AMOUNT = String.raw`(?:an?|\d+)\s+(?:second|minute|hour|day)s?`;
const REMIND = new RegExp(String.raw`\bremind me\s+in\s+(${AMOUNT})\s+(?:to\s+|that\s+)?([^]+)`, 'i');
const EVERY = new RegExp(String.raw`\bevery\s+((?:\d+\s+)?(?:minute|hour|day)s?)\s+say\s+([^]+)`, 'i');

/** `remind me in 2 minutes to take the bread out`, `every hour say drink water`, `list my reminders`, `cancel schedule 1a2b3c4d`. */
const reminders: Rule = (text, want) =>
  text
    .replace(REMIND, (_match, after: string, what: string) => {
      want('schedule', { text: what.trim(), as: 'message', in: after });
      return ' ';
    })
    .replace(EVERY, (_match, every: string, what: string) => {
      want('schedule', { text: what.trim(), as: 'message', every });
      return ' ';
    })
    .replace(/\blist\s+(?:my\s+|the\s+)?(?:schedules|reminders)\b/i, () => {
      want('list_schedules', {});
      return ' ';
    })
    .replace(/\bcancel\s+(?:the\s+)?(?:schedule|reminder)\s+([0-9a-f]{8})\b/i, (_match, id: string) => {
      want('cancel_schedule', { id });
      return ' ';
    });

/** `remember that my cat is called Mia`, up to the end of the sentence; but not `do you remember me?`. */
const remembering: Rule = (text, want) =>
  text.replace(
    /(?:^|[.!,]\s*|\b(?:please|and|then|(?:can|could) you)\s+)remember(\s+that\b|:)?\s+(.{3,}?)([.!?]?)(?=\s*$|\s*\n|(?<=[.!?])\s)/i,
    (match, that: string | undefined, fact: string, end: string) => {
      if (end === '?' && that === undefined) return match;
      want('remember', { text: fact.trim() });
      return ' ';
    },
  );

/** `what do you remember?`, `what do you know about me?`. */
const recalling: Rule = (text, want) =>
  text.replace(
    /\bwhat\s+(?:do|can)\s+you\s+(?:still\s+)?(?:remember|know\s+about\s+me)\b[^.!?\n]*\??/i,
    () => {
      want('recall', {});
      return ' ';
    },
  );

const FILLERS = /^(?:the|that|and|about|what|said|told|you|please)$/;

/** `forget p1 and p2`, or `forget my cat`: the notes that have all these words; if there are none, they are looked for. */
const forgetting =
  (notes: DemoNote[]): Rule =>
  (text, want) =>
    text.replace(/\bforget\s+([^.!?\n]+)[.!]?/i, (match, said: string) => {
      const words = said.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
      const telling = words.filter((word) => !FILLERS.test(word));
      const meant = notes.filter(({ text: note }) =>
        telling.every((word) => note.toLowerCase().includes(word)),
      );
      const named = said.toLowerCase().match(/\b[pc]\d+\b/g);
      if (!named && telling.length === 0) return match;
      const ids = named ?? meant.map(({ id }) => id);
      if (ids.length > 0) want('forget', { ids });
      else want('recall', { search: telling.join(' ') });
      return ' ';
    });

/** `send me a file notes.txt saying hello`: the words up to the end are its content. */
const files: Rule = (text, want) =>
  text.replace(
    /\b(?:send|attach|make|give)\s+(?:me\s+)?(?:a\s+|the\s+)?file\s+(?:called\s+)?([\w-]+\.\w+)(?:\s+(?:with|saying|containing)\b:?\s*([^]+))?/i,
    (_match, name: string, content?: string) => {
      want('attach_file', { name, content: content?.trim() || 'This file was made by the demo model.' });
      return ' ';
    },
  );

/** `offer yes or no`, `offer choices: red, green and blue`. */
const choices: Rule = (text, want) =>
  text.replace(
    /\boffer\s+(?:me\s+)?(?:the\s+)?(?:choices?\b|buttons?\b)?:?\s*([^.?!\n]+)/i,
    (match, list: string) => {
      const labels = list.split(/\s*,\s*(?:or\s+|and\s+)?|\s+(?:or|and)\s+/i).filter(Boolean);
      if (labels.length < 2) return match;
      want('offer_choices', { choices: labels.map((label) => label.trim()) });
      return ' ';
    },
  );

const pages: Rule = (text, want) =>
  text.replace(/https?:\/\/[^\s<>"']+|\bfetch\s+(?:[\w-]+\.)+[a-z]{2,}(?:\/\S*)?/gi, (match) => {
    const address = match.replace(/^fetch\s+/i, '').replace(/[.,;:!?)\]]+$/, '');
    want('fetch_url', { url: /^https?:/i.test(address) ? address : `https://${address}` });
    return ' ';
  });

const SECONDS: Record<string, number> = { m: 60, h: 3600 };

const waits: Rule = (text, want) =>
  text.replace(
    /\b(?:wait|sleep|pause)\s+(?:for\s+|about\s+)*(\d+(?:\.\d+)?)\s*(milliseconds?|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?\b/gi,
    (_match, amount: string, unit = 's') => {
      const factor = /^m(s|illi)/i.test(unit) ? 0.001 : (SECONDS[unit[0].toLowerCase()] ?? 1);
      want('wait', { seconds: Number(amount) * factor });
      return ' ';
    },
  );

const NUMBER = String.raw`\d(?:[\d,]*\d)?(?:\.\d+)?`;
const WORD_OPERATORS: [RegExp, string][] = [
  [/\bplus\b/gi, '+'],
  [/\bminus\b/gi, '-'],
  [/\btimes\b/gi, '*'],
  [/\bdivided by\b/gi, '/'],
];
const TOKEN = String.raw`(?:${NUMBER}|[-+*/^%()×÷−!]|\b(?:of|mod|sqrt|sin|cos|tan|log|exp|abs|pi)\b)`;
const RUN = new RegExp(String.raw`${TOKEN}(?:\s*${TOKEN})*`, 'gi');
const DATE = /^\d{4}-\d{1,2}-\d{1,2}$/;

/** Sums are runs of numbers and operators with something to work out in them. */
const sums: Rule = (text, want) => {
  const plain = WORD_OPERATORS.reduce((rest, [word, sign]) => rest.replace(word, sign), text);
  return plain.replace(RUN, (run) => {
    const expression = run.trim().replace(/^(?:of|mod)\b/i, '');
    const operands = expression.match(new RegExp(String.raw`${NUMBER}|\bpi\b`, 'gi'))?.length ?? 0;
    const unary = /\d\s*!|\b(?:sqrt|sin|cos|tan|log|exp|abs)\s*\(/i.test(expression);
    if (DATE.test(expression) || !(operands > 1 || (unary && operands > 0))) return run;
    want('calculator', { expression });
    return ' ';
  });
};

const CLOCK =
  /\b(?:what(?:'s|’s| is)?\s+(?:the\s+)?(?:current\s+)?(?:time|date|day)|(?:current|local)\s+time|time\s+is\s+it|(?:the\s+)?time\s+in|today'?s\s+date|what\s+day)\b/i;

/** "What time is it in Tokyo and New York?"; a place is words without digits up to the end of the clause. */
const clocks: Rule = (text, want) => {
  const asked = CLOCK.exec(text);
  if (!asked) return text;
  const places = /\bin\s+([\p{L}_/ ,'-]+)/iu.exec(text.slice(asked.index))?.[1] ?? '';
  const zones = places
    .split(/,|\band\b/i)
    .map((place) => place.replace(/\b(?:then|please|now|right now|also)\b/gi, '').trim())
    .filter((place) => place && !/^(?:what|tell|wait|call|fetch)\b/i.test(place));
  for (const zone of zones) want('current_time', { zone });
  if (zones.length === 0) want('current_time', {});
  return '';
};
