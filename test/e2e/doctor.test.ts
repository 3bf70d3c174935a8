import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Finding } from '../../doctor/finding.ts';
import { changedBuild } from '../support/build.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** What the bad version does otherwise: it waits before it asks the model about a text with this in it. */
const BUG = '🐛';

/** A version whose workflow code writes another history. */
function otherBuild(when: string): Promise<string> {
  return changedBuild(inject('scratch'), [
    {
      file: 'workflows/turn.ts',
      from: 'this.writing = { turn: this.number, step: this.#step };',
      to: `if (${when}) await sleep(1);
    this.writing = { turn: this.number, step: this.#step };`,
    },
    { file: 'workflows/turn.ts', from: 'CancelledFailure }', to: 'CancelledFailure, sleep }' },
  ]);
}

describe('holdfast doctor', () => {
  let scene: Scene;
  let bad: string;

  beforeAll(async () => {
    [scene, bad] = await Promise.all([
      startScene(),
      otherBuild(`this.#around.transcript.latestUser()?.text.includes('${BUG}')`),
    ]);
  });
  afterAll(() => scene?.stop());

  async function runWorker(build?: string): Promise<void> {
    await scene.stack.killWorkers();
    await scene.stack.startWorker(build ? { build } : {});
  }

  async function doctor(...args: string[]) {
    const { code, stdout, stderr } = await runCli(['doctor', '--json', ...args], {
      TEMPORAL_ADDRESS: scene.stack.temporalAddress,
      HOLDFAST_HOME: inject('scratch'),
      TEMPORAL_UI_URL: 'http://ui.test',
    });
    if (!stdout.startsWith('{')) throw new Error(stderr);
    return { code, ...(JSON.parse(stdout) as { findings: (Finding & { link: string; done: string })[] }) };
  }

  async function findsFailing(workflow: string): Promise<Finding & { link: string }> {
    return eventually(
      async () => {
        const { code, findings } = await doctor();
        const finding = findings.find((one) => one.workflow === workflow && one.kind === 'workflow-failing');
        if (finding) expect(code).toBe(1);
        return finding;
      },
      { ms: 60_000, what: `the doctor finds ${workflow}` },
    );
  }

  const sent = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);

  it('finds nothing where all is well', async () => {
    await scene.stack.say('well', 'hello');
    await scene.stack.replies('well', 1);
    expect(await doctor()).toMatchObject({ code: 0, findings: [] });
  }, 60_000);

  it('finds and heals a history that a bad version wrote: each message is answered once, with the context kept', async () => {
    const { stack, telegram, ledger } = scene;
    telegram.say(7001, 'first');
    await stack.replies('telegram/7001', 1);
    await runWorker(bad);
    telegram.say(7001, plan({ steps: [[['pay', {}]]], say: `${BUG} paid` }));
    await stack.replies('telegram/7001', 2);
    telegram.say(7001, 'third');
    await stack.replies('telegram/7001', 3);
    await runWorker();
    telegram.say(7001, 'fourth');
    const finding = await findsFailing('telegram/7001');
    expect(finding.why).toMatch(/TMPRL1100|[Nn]ondeterminism/);
    expect(finding.link).toBe('http://ui.test/namespaces/default/workflows/telegram%2F7001');
    const { code, findings } = await doctor('--fix');
    expect(findings.find(({ workflow }) => workflow === 'telegram/7001')?.done).toContain(
      'reset to before event',
    );
    expect(code).toBe(0);
    await eventually(() => sent(7001).length >= 4, { what: 'the fourth is answered' });
    telegram.say(7001, 'fifth');
    await eventually(() => sent(7001).length >= 5, { what: 'the fifth is answered' });
    expect(sent(7001)).toEqual([
      'echo: first [heard 1]',
      `${BUG} paid [heard 2]`,
      'echo: third [heard 3]',
      'echo: fourth [heard 4]',
      'echo: fifth [heard 5]',
    ]);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
    expect(await doctor()).toMatchObject({ code: 0, findings: [] });
  }, 180_000);

  it('does not run again what acted in a turn that a bad version did not end: the user is told', async () => {
    const { stack, ledger } = scene;
    ledger.lines.length = 0;
    await runWorker(bad);
    const steps: [string, object][][] = [[['pay', {}]], [['look_up', { holdMs: 60_000 }]]];
    await stack.say('half', plan({ steps, say: BUG }), 'half');
    await ledger.begun('look_up');
    await runWorker();
    await stack.say('half', 'and then?', 'then');
    await findsFailing('web/half');
    await doctor('--fix');
    const replies = await stack.replies('half', 2, 60_000);
    expect(replies[0]).toMatchObject({ status: 'failed', answers: ['half'] });
    expect(replies[0]?.text).toContain('The outcome of `pay` is unknown');
    expect(replies[1]).toMatchObject({ status: 'answered', answers: ['then'] });
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
  }, 180_000);

  it('resets nothing that this version runs: with its workers back, it goes on by itself', async () => {
    const { stack, ledger } = scene;
    ledger.lines.length = 0;
    await stack.say('mid-turn', plan({ steps: [[['pay', {}]], [['look_up', { holdMs: 3_000 }]]] }));
    await ledger.begun('look_up');
    await runWorker(await otherBuild('true'));
    await findsFailing('web/mid-turn');
    const { code, findings } = await doctor('--fix');
    expect(code).toBe(1);
    expect(findings.find(({ workflow }) => workflow === 'web/mid-turn')?.done).toContain(
      'this version runs it',
    );
    await runWorker();
    expect(await stack.replies('mid-turn', 1)).toMatchObject([
      { status: 'answered', text: 'done [heard 1]' },
    ]);
    expect(ledger.of('pay', 'begin')).toHaveLength(1);
  }, 180_000);

  it('finds that no worker polls', async () => {
    const { stack } = scene;
    await Promise.all(stack.workers.splice(0).map((worker) => worker.kill('SIGTERM')));
    await eventually(
      async () => {
        const { findings } = await doctor();
        return findings.filter(({ kind }) => kind === 'no-poller').length === 2;
      },
      { ms: 100_000, what: 'the doctor misses the workers' },
    );
  }, 120_000);

  it('says what is wrong where there is no server', async () => {
    const { code, stderr } = await runCli(['doctor'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(code).toBe(1);
    expect(stderr).toContain('No Temporal server answers at 127.0.0.1:1');
  });
});
