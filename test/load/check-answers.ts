import type { Entry, ReplyEntry, UserEntry } from '../../contract/transcript.ts';
import type { Acknowledged } from './traffic.ts';

/** What is wrong: each message that was acknowledged must be in its conversation once, and be answered once. */
export async function checkAnswers(
  acknowledged: readonly Acknowledged[],
  read: (conversation: string) => Promise<readonly Entry[]>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [conversation, messages] of Map.groupBy(acknowledged, (one) => one.conversation)) {
    const transcript = await read(conversation);
    const said = transcript.filter((entry): entry is UserEntry => entry.kind === 'user');
    const answers = transcript
      .filter((entry): entry is ReplyEntry => entry.kind === 'reply' && entry.status === 'answered')
      .flatMap((reply) => reply.answers);
    const there = Map.groupBy(said, ({ text }) => text);
    for (const { text } of messages) {
      const entries = there.get(text) ?? [];
      const times = answers.filter((id) => id === entries[0]?.id).length;
      if (entries.length !== 1 || times !== 1)
        wrong.push(
          `${conversation}: "${text}" is there ${entries.length} times, and answered ${times} times`,
        );
    }
    const surplus = said.length - new Set(said.map(({ id }) => id)).size;
    if (surplus > 0) wrong.push(`${conversation}: ${surplus} messages are there again`);
  }
  return wrong;
}
