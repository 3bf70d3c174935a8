import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rig } from '../fakes/rig.ts';
import { RIGS } from '../fakes/rigs.ts';
import { untilAcknowledged } from '../fakes/until-acknowledged.ts';
import { eventually } from '../support/eventually.ts';
import { type Plan, plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { sendWebhook } from '../support/send-webhook.ts';

const PLATFORMS = ['telegram', 'discord', 'feishu', 'wechat'];
/** How long a tool is in the middle of its work, and how long the service manager waits for the service to stop. */
const WORK_MS = 15_000;
const STOP_TIMEOUT_MS = 2_000;

interface Agent {
  name: string;
  /** The conversation, of each platform. */
  place: number;
  /** What the last tool of the interrupted task is called. */
  tool: string;
  /** What the task is, with tags for the ledger. */
  task(tag: string): Plan;
}

const AGENTS: Agent[] = [
  {
    name: 'main',
    place: 1,
    tool: 'look_up',
    task: (tag) => ({
      steps: [[['pay', { tag }]], [['look_up', { tag, holdMs: WORK_MS }]]],
      say: 'Paid, and looked up.',
    }),
  },
  {
    name: 'clerk',
    place: 2,
    tool: 'file_away',
    task: (tag) => ({ steps: [[['file_away', { tag, holdMs: WORK_MS }]]], say: 'It is filed.' }),
  },
];

const CASES = PLATFORMS.flatMap((platform) => AGENTS.map((agent) => ({ platform, agent })));

/**
 * The incident that holdfast exists for. A service with two agents is in the middle of their tools on four platforms when it is
 * told to stop; the stop timeout is shorter than the work, so it is killed. It is started again, and people write on.
 */
describe('SIGTERM, a stop timeout shorter than the work, SIGKILL, start', () => {
  const rigs = new Map<string, Rig>();
  const over = new AbortController();
  let scene: Scene;

  const rigOf = (platform: string): Rig => {
    const rig = rigs.get(platform);
    if (!rig) throw new Error(`no rig of ${platform}`);
    return rig;
  };
  const idOf = (platform: string, place: number) => `${platform}/${rigOf(platform).conversation(place)}`;
  const everywhere = (act: (platform: string, agent: Agent) => Promise<unknown>) =>
    Promise.all(CASES.map(({ platform, agent }) => act(platform, agent)));

  /** A person writes, and the platform delivers it until it is acknowledged. */
  async function say(platform: string, place: number, text: string): Promise<void> {
    const request = await rigOf(platform).say(place, text);
    const attempt = () =>
      sendWebhook(scene.stack.url(), request)
        .then(({ ok }) => ok)
        .catch(() => false);
    await untilAcknowledged(attempt, over.signal);
  }

  beforeAll(async () => {
    for (const name of PLATFORMS) {
      const start = RIGS[name];
      if (start) rigs.set(name, await start());
    }
    const env = Object.assign({ WHILE_BUSY: 'queue' }, ...[...rigs.values()].map((rig) => rig.env));
    scene = await startScene({ env });
    const { stack, ledger } = scene;

    // What was said long before, of which the follow-up must know.
    await everywhere(async (platform, { name, place }) => {
      if (name === 'clerk') {
        await say(platform, place, '/agent clerk');
        await eventually(() => rigOf(platform).shown(place).length === 1);
      }
      await say(platform, place, 'My number is 4711.');
      await stack.replies(idOf(platform, place), 1);
    });
    await everywhere((platform, { place, name, task }) =>
      say(platform, place, plan(task(`${platform} ${name}`))),
    );
    const inTheMiddle = ({ platform, agent }: (typeof CASES)[number]) =>
      ledger.of(agent.tool, 'begin').some(({ tag }) => tag === `${platform} ${agent.name}`);
    await eventually(() => CASES.every(inTheMiddle), { what: 'every agent is in the middle of its tool' });

    await stack.stopAll(STOP_TIMEOUT_MS);
    for (const { platform, agent } of CASES)
      expect(ledger.of(agent.tool, 'end').some(({ tag }) => tag?.startsWith(platform))).toBe(false);
    // The first to write finds nobody; the platform delivers it again.
    const early = say('telegram', 1, 'Are you there?');
    await stack.startAll();
    await early;
    await everywhere(async (platform, { place }) => {
      if (platform !== 'telegram' || place !== 1) await say(platform, place, 'Are you there?');
    });
    await everywhere((platform, { place }) => stack.replies(idOf(platform, place), 3, 120_000));
  }, 300_000);
  afterAll(async () => {
    over.abort();
    await scene?.stop();
    await Promise.all([...rigs.values()].map((rig) => rig.close()));
  });

  describe.each(CASES)('$platform, the agent $agent.name', ({ platform, agent }) => {
    const { place, name, tool, task } = agent;
    const tag = `${platform} ${name}`;

    it('the interrupted task is finished, and the follow-up is answered by who knows all of it', () => {
      const shown = rigOf(platform).shown(place);
      expect(shown.slice(name === 'clerk' ? 1 : 0)).toEqual([
        'echo: My number is 4711. [heard 1]',
        `${task(tag).say} [heard 2]`,
        'echo: Are you there? [heard 3]',
      ]);
    });

    it('what was done is not done again, and what was cut short is, with the same key', () => {
      const { ledger } = scene;
      const of = (one: string) => ledger.lines.filter((line) => line.tool === one && line.tag === tag);
      if (name === 'main') expect(of('pay').map(({ phase }) => phase)).toEqual(['begin', 'end']);
      expect(of(tool).filter(({ phase }) => phase === 'end')).toHaveLength(1);
      expect(of(tool).filter(({ phase }) => phase === 'begin')).toHaveLength(2);
      expect(new Set(of(tool).map(({ key }) => key)).size).toBe(1);
    });

    it('the model was asked with all that was said before', () => {
      const asked = scene.model.requests.findLast(
        ({ messages }) =>
          messages.at(-1)?.text.includes('Are you there?') && JSON.stringify(messages).includes(tag),
      );
      expect(asked?.messages.map(({ text }) => text).join('\n')).toMatch(/4711[^]*heard 2][^]*Are you there/);
    });
  });

  it('every history replays', async () => {
    expect(await scene.stack.replayAll()).toBe(CASES.length);
  });
});
