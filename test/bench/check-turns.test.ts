import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTurns } from '../../bench/peers/check-turns.ts';
import type { System } from '../../bench/system.ts';
import { World } from '../../bench/world.ts';

describe('the check of a peer before it is measured', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  /** Answers each message; `keep` is what it keeps of the transcript for the next one. */
  function peer(keep: (transcript: Said[]) => Said[]): System {
    let transcript: Said[] = [];
    const post = (path: string, content: object) =>
      fetch(`${world.url}${path}`, { method: 'POST', body: JSON.stringify(content) });
    return {
      name: 'peer',
      async send({ id, text }) {
        transcript.push({ role: 'user', text }, { role: 'tool', text: `result(${text})` });
        const { say } = (await (await post('/model', { messages: transcript })).json()) as { say: string };
        transcript = keep(transcript);
        await post('/replies', { inReplyTo: id, text: say });
      },
      processes: () => ({}),
      close: async () => {},
    };
  }

  it('passes one that answers each message in its turn', async () => {
    await checkTurns(
      world,
      peer((transcript) => transcript),
    );
  });

  it('refuses one that forgets what was said before', async () => {
    await expect(
      checkTurns(
        world,
        peer(() => []),
      ),
    ).rejects.toThrow('peer answered answer to 1: result(first), answer to 1: result(second)');
  });
});

interface Said {
  role: string;
  text: string;
}
