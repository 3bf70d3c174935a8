import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CollectedSpan, OtlpCollector } from '../fakes/otlp-collector.ts';
import { eventually } from '../support/eventually.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

/** A message is one trace, from its webhook to the platform's call, in whatever processes that happens. */
describe('traces', () => {
  let scene: Scene;
  let collector: OtlpCollector;

  beforeAll(async () => {
    collector = await OtlpCollector.start();
    scene = await startScene({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  });
  afterAll(async () => {
    await scene?.stop();
    await collector?.close();
  });
  beforeEach(() => {
    scene.ledger.lines.length = 0;
  });

  /** The trace of the turn of a conversation, once all is there that its turn waited for. */
  function traceOf(conversation: string): Promise<CollectedSpan[]> {
    return eventually(
      () => {
        const spans = collector.traceOf(
          ({ name, attributes }) => name === 'turn' && attributes['holdfast.conversation'] === conversation,
        );
        const isWhole = spans.some(({ name }) => name.startsWith('POST /'));
        return isWhole && spans;
      },
      {
        what: () =>
          `the trace of ${conversation}; there are ${collector.spans.map(({ name }) => name).join()}`,
      },
    );
  }
  const named = (spans: CollectedSpan[], name: string) => spans.filter((span) => span.name === name);
  /** The names from a span up to its root. */
  function path(spans: CollectedSpan[], span: CollectedSpan | undefined): string[] {
    if (!span) return [];
    return [
      span.name,
      ...path(
        spans,
        spans.find(({ spanId }) => spanId === span.parentSpanId),
      ),
    ];
  }

  it('one trace from the webhook over the turn, its model and tool calls, to the platform', async () => {
    const { stack, telegram } = scene;
    telegram.say(9401, plan({ steps: [[['look_up', { tag: 'a-private-word' }]]], say: 'an answer' }));
    await stack.replies('telegram/9401', 1);
    const spans = await traceOf('telegram/9401');

    const roots = spans.filter(({ parentSpanId }) => !parentSpanId);
    expect(roots.map(({ name, service }) => [name, service])).toEqual([
      ['POST /webhooks/telegram', 'holdfast-gateway'],
    ]);
    const toRoot = ['turn', 'POST /webhooks/telegram'];
    const [turn] = named(spans, 'turn');
    expect(turn).toMatchObject({ service: 'holdfast-worker', attributes: { 'holdfast.status': 'answered' } });
    expect(path(spans, turn)).toEqual(toRoot);
    expect(named(spans, 'callModel').map((span) => path(spans, span))).toEqual([
      ['callModel', ...toRoot],
      ['callModel', ...toRoot],
    ]);
    const { attributes } = named(spans, 'callModel')[0] as CollectedSpan;
    expect(attributes['gen_ai.request.model']).toBe('openai-compatible/scripted');
    expect(attributes['gen_ai.usage.output_tokens']).toBeGreaterThan(0);
    expect(attributes).toMatchObject({ 'holdfast.conversation': 'telegram/9401', 'holdfast.turn': 1 });
    const [tool] = named(spans, 'tool look_up');
    expect(path(spans, tool)).toEqual(['tool look_up', ...toRoot]);
    expect(tool?.attributes['gen_ai.tool.name']).toBe('look_up');
    // The call that made the reply visible, by its port.
    const telegramPort = Number(new URL(telegram.url).port);
    const sent = named(spans, 'POST').filter(({ attributes: at }) => at['server.port'] === telegramPort);
    expect(sent.map((span) => path(spans, span).slice(1))).toContainEqual(['callModel', ...toRoot]);
    // By the clock of Temporal, which is this machine's.
    expect(turn?.endMs).toBeGreaterThanOrEqual(tool?.endMs ?? Infinity);
  });

  it('carry nothing that people write, and no secret', () => {
    expect(collector.raw).not.toMatch(/a-private-word|an answer|"Ann"/);
    expect(collector.raw).not.toContain('token-of-the-tests');
    // Paths: of the model, of Telegram with its token.
    expect(collector.raw).not.toMatch(/chat\/completions|sendMessage/);
  });

  it('a SIGKILL of the worker mid-turn: the same trace goes on in the next, with the attempt that followed', async () => {
    const { stack, ledger, telegram } = scene;
    telegram.say(9402, plan({ steps: [[['set_value', { holdMs: 2_500 }]]] }));
    await ledger.begun('set_value');
    await eventually(
      () =>
        collector.spans.some(
          ({ name, attributes }) =>
            name === 'callModel' && attributes['holdfast.conversation'] === 'telegram/9402',
        ),
      { what: 'what was done before the kill has been sent' },
    );
    await stack.replaceWorkers();
    await stack.replies('telegram/9402', 1);
    const spans = await traceOf('telegram/9402');
    const toRoot = ['turn', 'POST /webhooks/telegram'];
    expect(spans.filter(({ parentSpanId }) => !parentSpanId)).toHaveLength(1);
    const tools = named(spans, 'tool set_value');
    expect(tools.map(({ attributes }) => attributes['temporal.attempt'])).toEqual([2]);
    expect(tools.map((span) => path(spans, span))).toEqual([['tool set_value', ...toRoot]]);
    // The first is of the killed worker, the second of the next.
    expect(named(spans, 'callModel').map((span) => path(spans, span))).toEqual([
      ['callModel', ...toRoot],
      ['callModel', ...toRoot],
    ]);
    expect(named(spans, 'turn')).toHaveLength(1);
  });

  it('goes on with the trace of a caller of the HTTP API', async () => {
    const { stack } = scene;
    const traceId = 'abcdef0123456789abcdef0123456789';
    await fetch(`${stack.url()}/v1/conversations/traced/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      body: JSON.stringify({ text: 'hello' }),
    });
    await stack.replies('traced', 1);
    const spans = await traceOf('web/traced');
    expect(spans[0]?.traceId).toBe(traceId);
    expect(spans.find(({ name }) => name.startsWith('POST /v1'))?.parentSpanId).toBe('00f067aa0ba902b7');
  });

  it('what a sub-agent does belongs to the trace of the message that had it begun', async () => {
    const { stack, telegram } = scene;
    const task = plan({ steps: [[['look_up', {}]]] });
    telegram.say(9403, plan({ steps: [[['delegate', { task }]]] }));
    await stack.replies('telegram/9403', 2);
    const spans = await traceOf('telegram/9403');
    const [tool] = named(spans, 'tool look_up');
    expect(path(spans, tool)).toEqual(['tool look_up', 'turn', 'POST /webhooks/telegram']);
    expect(tool?.attributes['temporal.workflow_id']).not.toBe('telegram/9403');
  });

  it('replays', async () => {
    expect(await scene.stack.replayAll()).toBe(5);
  });
});
