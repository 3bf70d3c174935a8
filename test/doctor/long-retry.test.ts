import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whileAlive } from '../../activities/alive.ts';
import { checkUp } from '../../doctor/check-up.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

/** An activity that its platform keeps waiting, on a real server. */
describe('an activity in long retry', () => {
  let host: Awaited<ReturnType<typeof hostConversations>>;
  let isAway = true;

  beforeAll(async () => {
    host = await hostConversations({
      callModel: async () => ({
        content: [{ type: 'text', text: 'hi' }],
        calls: [],
        usage: { inputTokens: 1, outputTokens: 1 },
      }),
      // Two lost workers would end it: attempts that fail by themselves are not lost.
      deliver: () =>
        whileAlive(async () => {
          if (isAway) throw new Error('the platform is away');
          return { receipt: { messageId: '1' }, next: null };
        }, 2),
    });
  });
  afterAll(() => host?.stop());

  it('is found, with its failure; it ends well once the platform is back', async () => {
    await host.say('telegram/1', { text: 'hello' });
    const finding = await eventually(
      async () =>
        (await checkUp(host.client, 'one')).findings.find(({ kind }) => kind === 'activity-retrying'),
      { ms: 150_000, what: 'the doctor finds it' },
    );
    expect(finding).toMatchObject({ workflow: 'telegram/1', why: 'the platform is away' });
    expect(finding.what).toMatch(/^deliver is being tried for the \d+th time$/);
    isAway = false;
    await eventually(async () => (await host.view('telegram/1')).status === 'idle', { ms: 100_000 });
    const { entries } = await host.view('telegram/1');
    expect(entries.filter(({ kind }) => kind === 'reply')).toMatchObject([
      { status: 'answered', text: 'hi' },
    ]);
  }, 300_000);
});
