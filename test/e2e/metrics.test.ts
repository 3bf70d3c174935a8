import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../support/build.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { metricsOf, type Sample, sumOf } from '../support/metrics-of.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** What gateways and workers tell of what they did, on the real stack. */
describe('metrics', () => {
  let scene: Scene;
  /** The names of all that was told. */
  const told = new Set<string>();
  const note = (samples: Sample[]) => {
    for (const { name } of samples) told.add(name);
  };
  let ports: { gateway: number; worker: number };

  beforeAll(async () => {
    ports = { gateway: await freePort(), worker: await freePort() };
    scene = await startScene({ withoutWorkers: true });
    await scene.stack.killGateways();
    const of = (port: number) => ({ env: { HOLDFAST_METRICS_PORT: String(port) } });
    await Promise.all([
      scene.stack.startGateway(0, of(ports.gateway)),
      scene.stack.startWorker(of(ports.worker)),
    ]);
    await scene.stack.ready();
  });
  afterAll(() => scene?.stop());

  const atWorker = (check: (samples: Sample[]) => void) =>
    eventually(
      async () => {
        const samples = await metricsOf(ports.worker);
        note(samples);
        check(samples);
        return true;
      },
      { what: 'the worker tells it' },
    );

  it('a turn, its calls and deliveries are counted once, though attempts failed', async () => {
    const { stack, telegram } = scene;
    telegram.fail('sendMessage', { status: 500, times: 2 });
    telegram.say(9301, plan({ steps: [[['look_up', { holdMs: 700 }]]], delayMs: 400 }));
    await stack.replies('telegram/9301', 1);
    await atWorker((samples) => {
      const turns = { platform: 'telegram', status: 'answered' };
      expect(sumOf(samples, 'holdfast_turn_duration_seconds_count', turns)).toBe(1);
      const whole = sumOf(samples, 'holdfast_turn_duration_seconds_sum', turns);
      const added = sumOf(samples, 'holdfast_turn_added_seconds_sum', { platform: 'telegram' });
      // Two model steps and a tool took 1.5 s, which is not holdfast's.
      expect(whole).toBeGreaterThan(1.5);
      expect(added).toBeGreaterThan(0);
      expect(added).toBeLessThan(whole - 1.4);
      expect(sumOf(samples, 'holdfast_deliveries_total')).toBe(1);
      expect(sumOf(samples, 'holdfast_deliveries_total', { platform: 'telegram', result: 'delivered' })).toBe(
        1,
      );
      expect(sumOf(samples, 'holdfast_tool_calls_total', { tool: 'look_up', outcome: 'ok' })).toBe(1);
      const model = 'openai-compatible/scripted';
      expect(sumOf(samples, 'holdfast_model_tokens_total', { model, kind: 'output' })).toBeGreaterThan(0);
    });
  });

  it('an attempt that follows another is a retry, and what a platform refuses is told', async () => {
    const { stack, telegram } = scene;
    telegram.block(9302);
    telegram.say(9302, 'hello');
    await stack.replies('telegram/9302', 1);
    telegram.fail('sendMessage', { status: 500, times: 3 });
    telegram.say(9303, 'hello');
    await stack.replies('telegram/9303', 1);
    await atWorker((samples) => {
      expect(sumOf(samples, 'holdfast_deliveries_total', { platform: 'telegram', result: 'refused' })).toBe(
        1,
      );
      expect(sumOf(samples, 'holdfast_activity_retries_total', { activity: 'deliver' })).toBeGreaterThan(0);
    });
  });

  it('a request for approval is asked, waits, and is decided', async () => {
    const { stack, telegram } = scene;
    telegram.say(9304, plan({ steps: [[['charge', {}]]] }));
    await telegram.waitFor(9304);
    await eventually(
      async () => {
        const samples = await metricsOf(ports.gateway);
        expect(sumOf(samples, 'holdfast_conversations', { status: 'awaiting-approval' })).toBe(1);
        return true;
      },
      { ms: 40_000, what: 'the gateway tells that a conversation waits for an approver' },
    );
    telegram.say(9304, '/deny', { from: 42, name: 'Boss' });
    await stack.replies('telegram/9304', 1);
    await atWorker((samples) => {
      expect(sumOf(samples, 'holdfast_approvals_asked_total')).toBe(1);
      expect(sumOf(samples, 'holdfast_approvals_decided_total', { outcome: 'denied' })).toBe(1);
    });
  });

  it('the gateway tells how long acknowledging took, by platform and status, and its open streams', async () => {
    const { stack } = scene;
    const made = await fetch(`${stack.url()}/webhooks/made-up`, { method: 'POST', body: '{}' });
    expect(made.status).toBe(404);
    const watching = new AbortController();
    await fetch(`${stack.url()}/v1/conversations/telegram%2F9301/events`, { signal: watching.signal });
    const samples = await metricsOf(ports.gateway);
    watching.abort();
    const acknowledged = { platform: 'telegram', status: '200' };
    expect(sumOf(samples, 'holdfast_acknowledge_seconds_count', acknowledged)).toBeGreaterThanOrEqual(4);
    expect(sumOf(samples, 'holdfast_acknowledge_seconds_sum', acknowledged)).toBeGreaterThan(0);
    expect(sumOf(samples, 'holdfast_acknowledge_seconds_count', { platform: 'unknown', status: '404' })).toBe(
      1,
    );
    expect(sumOf(samples, 'holdfast_event_streams')).toBe(1);
    await eventually(async () => sumOf(await metricsOf(ports.gateway), 'holdfast_event_streams') === 0);
  });

  it('a worker that is killed mid-turn leaves the turn to be counted once, by the next', async () => {
    const { stack, ledger } = scene;
    await stack.say('kept', plan({ steps: [[['set_value', { holdMs: 1_500 }]]] }));
    await ledger.begun('set_value');
    await stack.killWorkers();
    await stack.startWorker({ env: { HOLDFAST_METRICS_PORT: String(ports.worker) } });
    await stack.replies('kept', 1);
    await atWorker((samples) => {
      expect(sumOf(samples, 'holdfast_turn_duration_seconds_count')).toBe(1);
      expect(sumOf(samples, 'holdfast_tool_calls_total')).toBe(1);
      expect(sumOf(samples, 'holdfast_activity_retries_total', { activity: 'set_value' })).toBe(1);
    });
  });

  it('all that dashboards, alerts and the guide name is told', async () => {
    const { stack } = scene;
    // The one model whose price the config of the tests tells.
    await stack.killWorkers();
    const env = { HOLDFAST_MODEL: 'demo', HOLDFAST_METRICS_PORT: String(ports.worker) };
    await stack.startWorker({ env });
    await stack.say('priced', 'hello');
    await stack.replies('priced', 1);
    await atWorker((samples) => {
      expect(sumOf(samples, 'holdfast_model_cost_dollars_sum', { model: 'demo' })).toBeGreaterThan(0);
    });
    await metricsOf(ports.gateway).then(note);
    for (const [file, where] of [
      ['deploy/observability/dashboard.json', /(?<="expr": ").*(?=")/g],
      ['deploy/observability/alerts.yml', /.+/g],
      ['docs/observability.md', /`.+?`/g],
    ] as const) {
      const names = await namesIn(file, where);
      expect(names.length, file).toBeGreaterThan(10);
      const unknown = names.filter((name) => !told.has(name) && !told.has(`${name}_bucket`));
      expect(unknown, file).toEqual([]);
    }
  });
});

/** The metrics that a file names where this is. */
async function namesIn(file: string, where: RegExp): Promise<string[]> {
  const text = await readFile(path.join(PROJECT, file), 'utf8');
  const names = text
    .match(where)
    ?.flatMap((one) => one.match(/\b(?:holdfast|temporal|process)_\w{3,}/g) ?? []);
  return [...new Set(names)];
}
