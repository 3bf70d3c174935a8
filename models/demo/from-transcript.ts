const QUESTIONS: [asked: RegExp, answer: (before: string[], notKept: number) => string][] = [
  [
    /\bfirst\b.*\b(?:message|thing|say|said|ask(?:ed)?)\b/i,
    ([first]) => (first === undefined ? NOTHING_YET : `Your first message was: “${first}”`),
  ],
  [
    /\bhow many\b.*\bmessages?\b/i,
    (before, notKept) => `You have sent ${before.length + notKept + 1} messages, this one included.`,
  ],
  [
    /\bwhat(?:'s|’s| is| was)\s+my\s+name\b|\bwho am I\b/i,
    (before) => {
      const names = before.map((text) => /\b(?:my name is|call me)\s+([\p{L}'-]+)/iu.exec(text)?.[1]);
      const name = names.findLast(Boolean);
      return name ? `Your name is ${name}.` : 'You have not told me your name.';
    },
  ],
  [
    /\b(?:last|previous) message\b/i,
    (before) => (before.length === 0 ? NOTHING_YET : `Your previous message was: “${before.at(-1)}”`),
  ],
  [
    /\bwhat\b.*\b(?:did|have) I\b.*\b(?:say|said|tell|told|ask|asked|write|written|wrote)\b|\bremember\b.*\?|\bwhat\b.*\bremember\b/i,
    (before) => (before.length === 0 ? NOTHING_YET : `You said: ${before.slice(-10).map(quoted).join(', ')}`),
  ],
];
const NOTHING_YET = 'This is the first thing you said.';

/**
 * Answers what the user asks about the conversation itself, from what was said in it, of which a summary has not kept some;
 * undefined for anything else.
 */
export function fromTranscript(question: string, said: string[], notKept: number): string | undefined {
  const before = said.slice(0, said.lastIndexOf(question));
  return QUESTIONS.find(([asked]) => asked.test(question))?.[1](before, notKept);
}

function quoted(text: string): string {
  return `“${text}”`;
}
