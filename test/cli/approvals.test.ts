import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { runCli } from '../support/run-cli.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** An operator who decides what waits in all conversations. */
let scene: Scene;
let env: Record<string, string>;
beforeAll(async () => {
  scene = await startScene();
  env = { TEMPORAL_ADDRESS: scene.stack.temporalAddress };
});
afterAll(() => scene?.stop());

const approvals = (...args: string[]) => runCli(['approvals', ...args], env);

interface Waiting {
  id: string;
  conversation: string;
  task?: string;
}

async function waiting(count: number): Promise<Waiting[]> {
  return eventually(async () => {
    const all = JSON.parse((await approvals('list', '--json')).stdout) as Waiting[];
    return all.length === count && all;
  });
}

const charge = plan({ steps: [[['charge', {}]]], say: 'charged' });
const charged = () => scene.ledger.of('charge', 'end').length;

test('nothing waits at first', async () => {
  expect(await approvals()).toEqual({ code: 0, stdout: 'Nothing waits for approval.\n', stderr: '' });
});

test('a call is allowed, another refused, each once', async () => {
  const { stack, telegram } = scene;
  telegram.say(6001, charge);
  await stack.say('second', charge);
  const all = await waiting(2);
  const idIn = (conversation: string) => all.find((one) => one.conversation === conversation)?.id ?? '';
  const { stdout } = await approvals('list');
  expect(stdout).toMatch(new RegExp(`^${idIn('telegram/6001')}  telegram/6001, until .* UTC$`, 'm'));
  expect(stdout).toContain('charge');

  expect(await approvals('approve', idIn('telegram/6001'))).toEqual({
    code: 0,
    stdout: 'Approved: `charge`.\n',
    stderr: '',
  });
  await telegram.waitFor(6001, ({ text }) => text.startsWith('charged'));
  await telegram.waitFor(6001, ({ text }) => text.includes('Approved by the operator'));
  expect(charged()).toBe(1);

  expect((await approvals('deny', idIn('web/second'))).stdout).toBe('Denied: `charge`.\n');
  await stack.replies('second', 2);
  expect(charged()).toBe(1);

  const again = await approvals('approve', idIn('web/second'));
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('waits: it was decided');
});

test('what a task asks is found and decided, too, and for longer', async () => {
  const { stack } = scene;
  await stack.say('boss', plan({ steps: [[['delegate', { task: charge }]]] }));
  const [asked] = await waiting(1);
  expect(asked).toMatchObject({ conversation: 'web/boss', task: expect.any(String) });
  const { stdout } = await approvals('approve', asked?.id ?? '', '--reach', 'conversation', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    conversation: 'web/boss',
    reply: { text: 'Approved: `charge`.' },
  });
  await eventually(() => charged() === 2);
  // It was allowed for the conversation: the next is not asked for.
  await stack.say('boss', charge);
  await eventually(() => charged() === 3);
  await waiting(0);
});
