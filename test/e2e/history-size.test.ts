import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Scene, startScene } from '../support/scene.ts';

const TURNS = 200;
/** Characters of each message: 200 of them make a transcript of more than 50 KB. */
const LONG = 'x'.repeat(150);

async function untilTaken(send: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await send();
    if (response.status !== 503) return response;
    await sleep(500);
  }
}

/** A history that holds the transcript in every model call grows with the square of the turns; ours must not. */
describe('the history of a long conversation', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.stop());

  it(`costs as many bytes in turn ${TURNS} as in turn 20`, async () => {
    const { stack } = scene;
    const size = async () => {
      const handle = stack.client.workflow.getHandle('web/long');
      const { raw, runId } = await handle.describe();
      return { bytes: Number(raw.workflowExecutionInfo?.historySizeBytes), runId };
    };
    const marks: { turn: number; bytes: number; runId: string }[] = [];
    for (let turn = 1; turn <= TURNS; turn += 1) {
      const url = `${stack.url()}/v1/conversations/long/messages?wait=30`;
      const body = JSON.stringify({ id: `turn-${turn}`, text: `${turn} ${LONG}` });
      const headers = { 'content-type': 'application/json' };
      // A machine that stands still for seconds answers 503: it is sent again, with its id.
      const response = await untilTaken(() => fetch(url, { method: 'POST', body, headers }));
      expect(response.status, await response.text()).toBe(200);
      if (turn % 20 === 0) marks.push({ turn, ...(await size()) });
    }
    const { transcript } = await stack.read('long');
    expect(JSON.stringify(transcript).length).toBeGreaterThan(50_000);
    const growth = marks.slice(1).flatMap(({ bytes, runId }, index) => {
      const before = marks[index];
      return before?.runId === runId ? [(bytes - before.bytes) / 20] : [];
    });
    // Passing the transcript along would make the last twenty turns cost ten times the first.
    expect(Math.max(...growth)).toBeLessThan(1.5 * Math.min(...growth));
    expect(growth.length).toBeGreaterThan(4);
    expect(scene.model.requests.at(-1)?.messages.filter(({ role }) => role === 'user')).toHaveLength(TURNS);
  }, 240_000);
});
