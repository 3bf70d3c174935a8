import { expect, it } from 'vitest';
import { HandedOver } from '../../activities/handed-over.ts';

type Info = Parameters<HandedOver['sinks']['handOver']['news']['fn']>[0];
const run = (runId: string) => ({ runId }) as Info;

function handedOver() {
  const handed = new HandedOver();
  const { give, news } = handed.sinks.handOver;
  return {
    handed,
    give: (runId: string, answer: unknown) => void give.fn(run(runId), 'transcript', [{ turn: 1 }], answer),
    news: (runId: string) => void news.fn(run(runId)),
  };
}

it('what is handed over is there once, for its run and its question', () => {
  const { handed, give } = handedOver();
  give('r1', 'seen');
  expect(handed.take('r2', 'transcript', [{ turn: 1 }])).toBeUndefined();
  expect(handed.take('r1', 'transcript', [{ turn: 2 }])).toBeUndefined();
  expect(handed.take('r1', 'transcript', [{ turn: 1 }])).toBe('seen');
  expect(handed.take('r1', 'transcript', [{ turn: 1 }])).toBeUndefined();
});

it('an activity sees news of its run where that has handed over to it, and only until it ends', async () => {
  const { handed, give, news } = handedOver();
  give('r1', 'seen');
  const asked = { query: 'transcript', args: [{ turn: 1 }] };
  const seen = await handed.beside({ runId: 'r1', ...asked }, async (neighbour) => {
    news('r2');
    const before = neighbour?.hasNews;
    news('r1');
    return [before, neighbour?.hasNews, neighbour];
  });
  expect(seen.slice(0, 2)).toEqual([false, true]);
  expect(await handed.beside({ runId: 'r3', ...asked }, async (neighbour) => neighbour)).toBeUndefined();
});
