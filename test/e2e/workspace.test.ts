import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { groupMembers } from '../support/process-group.ts';
import { type Scene, startScene } from '../support/scene.ts';

/**
 * Goes on for minutes, and so do a child and a grandchild without a parent: each writes to `beat` every 100 ms. `begun` counts
 * how often it was started, `group` says its group once all are there.
 */
const COMMAND = `
  echo begun >> begun
  beat() { for i in $(seq 3000); do echo $1 >> beat; sleep 0.1; done; }
  trap "" TERM HUP INT
  beat child &
  sh -c 'nohup sh -c "for i in \\$(seq 3000); do echo orphan >> beat; sleep 0.1; done" >/dev/null 2>&1 &'
  until grep -q child beat && grep -q orphan beat; do sleep 0.05; done
  echo $$ > group
  beat leader
`;

/** A shell command dies with its worker: with real processes, before anybody comes to look after it. */
describe('a shell command', () => {
  let scene: Scene;
  let root: string;
  let conversation: string;
  const file = (name: string) => path.join(root, name);
  const beats = async () => (await stat(file('beat'))).size;

  beforeAll(async () => {
    root = await mkdtemp(path.join(inject('scratch'), 'workspace-'));
    scene = await startScene({ env: { WORKSPACE_ROOT: root } });
  });
  afterAll(() => scene?.stop());
  beforeEach(async () => {
    conversation = `workspace-${crypto.randomUUID()}`;
    for (const name of ['begun', 'beat', 'group']) await writeFile(file(name), '');
  });

  /** Starts the command in a conversation and returns its group. */
  async function start(): Promise<number> {
    await scene.stack.say(conversation, plan({ steps: [[['shell', { command: COMMAND }]]] }));
    const group = await eventually(async () => Number(await readFile(file('group'), 'utf8')) || undefined);
    expect(groupMembers(group).length).toBeGreaterThan(3);
    const before = await beats();
    await eventually(async () => (await beats()) > before);
    return group;
  }

  async function expectNothingGoesOn(group: number): Promise<void> {
    await eventually(() => groupMembers(group).length === 0, {
      ms: 5_000,
      what: 'nobody of its group is left',
    });
    const last = await beats();
    await sleep(1_000);
    expect(await beats()).toBe(last);
  }

  it('is gone with all it started when its worker is killed; it is reported unknown and not run again', async () => {
    const { stack } = scene;
    const group = await start();
    await stack.killWorkers();
    await expectNothingGoesOn(group);
    await stack.startWorker();
    const [reply] = await stack.replies(conversation, 1);
    expect(reply?.text).toContain('The outcome of `shell` is unknown');
    const { transcript } = await stack.read(conversation);
    expect(transcript.find(({ kind }) => kind === 'tool')).toMatchObject({
      name: 'shell',
      outcome: 'unknown',
    });
    expect(await readFile(file('begun'), 'utf8')).toBe('begun\n');
    await expectNothingGoesOn(group);
  });

  it('is gone with all it started when the user stops it', async () => {
    const { stack } = scene;
    const group = await start();
    await stack.say(conversation, '/stop');
    await expectNothingGoesOn(group);
    await stack.replies(conversation, 1);
    const { transcript } = await stack.read(conversation);
    expect(transcript.find(({ kind }) => kind === 'tool')).toMatchObject({
      name: 'shell',
      outcome: 'cancelled',
    });
    expect(await readFile(file('begun'), 'utf8')).toBe('begun\n');
  });

  it('is gone with all it started when its worker is told to end', async () => {
    const { stack } = scene;
    const group = await start();
    await Promise.all(stack.workers.splice(0).map((worker) => worker.kill('SIGTERM')));
    await expectNothingGoesOn(group);
    await stack.startWorker();
    const [reply] = await stack.replies(conversation, 1);
    expect(reply?.text).toContain('The outcome of `shell` is unknown');
    expect(await readFile(file('begun'), 'utf8')).toBe('begun\n');
  });

  it('and the file tools work on the same folder', async () => {
    const { stack } = scene;
    const steps: [string, object][][] = [
      [['write_file', { path: 'notes/a.txt', content: 'one two' }]],
      [['edit_file', { path: 'notes/a.txt', find: 'two', replace: 'three' }]],
      [['search_files', { text: 't.*e', regex: true, path: 'notes' }]],
      [['list_files', { path: 'notes' }]],
      [['shell', { command: 'cat notes/a.txt' }]],
      [['read_file', { path: 'notes/../../../etc/passwd' }]],
    ];
    await stack.say(conversation, plan({ steps }));
    await stack.replies(conversation, 1);
    const { transcript } = await stack.read(conversation);
    const results = transcript.flatMap((entry) => (entry.kind === 'tool' ? [entry.output] : []));
    expect(results).toEqual([
      'Wrote 7 bytes to notes/a.txt.',
      'Edited notes/a.txt.',
      'notes/a.txt:1: one three',
      'notes/a.txt',
      'Exit code 0.\n\none three',
      expect.stringContaining('leads out of the workspace folder'),
    ]);
  });

  it('may write 10 MB: neither the transcript nor the history grows by it', async () => {
    const { stack } = scene;
    const command = 'head -c 10000000 /dev/zero | tr "\\0" x';
    await stack.say(conversation, plan({ steps: [[['shell', { command }]]] }));
    await stack.replies(conversation, 1);
    const { transcript } = await stack.read(conversation);
    const result = transcript.find((entry) => entry.kind === 'tool');
    expect(result).toMatchObject({
      outcome: 'ok',
      output: expect.stringMatching(/^Exit code 0.*9968000 characters left out/s),
    });
    const { historySize } = await stack.client.workflow.getHandle(`web/${conversation}`).describe();
    expect(historySize).toBeLessThan(200_000);
  });
});
