import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { changedBuild } from '../support/build.ts';
import { Child } from '../support/child.ts';
import { Debugger } from '../support/debugger.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** A conversation that is replayed where it can be reached, and from a file where it cannot. */
let scene: Scene;
let file: string;
let env: Record<string, string>;
beforeAll(async () => {
  scene = await startScene();
  const { stack } = scene;
  env = { TEMPORAL_ADDRESS: stack.temporalAddress, HOLDFAST_HOME: stack.home };
  await stack.say('talk', plan({ steps: [[['look_up', { name: 'x' }]]], say: 'found' }));
  await stack.replies('talk', 1);
  file = path.join(stack.home, 'talk.json');
  await runCli(['conversations', 'export', 'talk', '--output', file], env);
});
afterAll(() => scene?.stop());

test('what this version did, it does again', async () => {
  const { code, stdout } = await runCli(['replay', 'talk'], env);
  expect(stdout).toMatch(/^web\/talk, run \S+, \d+ events: OK: /);
  expect(code).toBe(0);
  const { stdout: json } = await runCli(['replay', file, '--json'], { HOLDFAST_HOME: scene.stack.home });
  expect(JSON.parse(json)).toEqual({
    runs: [
      { workflowId: 'web/talk', runId: expect.any(String), events: expect.any(Number), outcome: 'passes' },
    ],
  });
});

test('a version that does something else is told where', async () => {
  const { home } = scene.stack;
  const build = await changedBuild(inject('scratch'), [
    { file: 'workflows/visibility.ts', from: 'if (status === this.#status) return;', to: 'return;' },
  ]);
  const { code, stdout } = await runCli(['replay', file], { HOLDFAST_HOME: home }, build);
  expect(stdout).toContain('this version does something else than the history tells');
  expect(stdout).toContain('UpsertWorkflowSearchAttributes');
  expect(code).toBe(1);
});

test('a file that is none of ours is refused', async () => {
  const other = path.join(scene.stack.home, 'other.json');
  await writeFile(other, '{"events":[]}');
  const { code, stderr } = await runCli(['replay', other], env);
  expect(stderr).toContain('is not what `holdfast conversations export` writes');
  expect(code).toBe(1);
});

test('a debugger stops where the workflow begins, and steps', async () => {
  const port = await freePort();
  const holdfast = path.resolve('cli/holdfast.ts');
  const child = new Child(process.execPath, [holdfast, 'replay', 'talk', '--inspect', String(port)], env);
  onTestFinished(() => child.kill());
  const url = await eventually(() => /ws:\/\/127\.0\.0\.1:\d+\/\S+/.exec(child.output)?.[0], {
    what: () => child.output,
  });
  expect(url).toContain(`:${port}/`);
  const debug = await Debugger.attach(url);
  await debug.call('Debugger.enable');
  const first = await debug.paused('Runtime.runIfWaitingForDebugger');
  expect(first.callFrames[0]?.functionName).toBe('conversation');
  // By its source map the debugger shows the TypeScript.
  const map = debug.maps.get(first.callFrames[0]?.location.scriptId ?? '') ?? '';
  const { sources } = (await (await fetch(map)).json()) as { sources: string[] };
  expect(sources.join('\n')).toContain('workflows/conversation.ts');
  const next = await debug.paused('Debugger.stepOver');
  const { result } = await debug.call<{ result: { value: string } }>('Debugger.evaluateOnCallFrame', {
    callFrameId: next.callFrames[0]?.callFrameId,
    expression: 'start.conversation',
  });
  expect(result.value).toBe('talk');
  const inside = await debug.paused('Debugger.stepInto');
  expect(inside.callFrames[0]?.functionName).not.toBe('conversation');
  await debug.call('Debugger.resume');
  await eventually(() => child.output.includes('OK: this version does what the history tells.'));
  debug.close();
  await child.gone;
  expect(child.exitCode).toBe(0);
});
