import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { showTyping } from '../../activities/typing.ts';
import type { Platform } from '../../platforms/platform.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([
  [undefined, 4_500],
  [20_000, 20_000],
])('is shown again when it goes away (told: %s ms), until the end', async (typingLastsMs, lasts) => {
  const typing = vi.fn<(context: object) => Promise<void>>(async () => {});
  const platform = { outbound: { typing, ...(typingLastsMs && { typingLastsMs }) } } as unknown as Platform;
  const end = showTyping(platform, { conversation: 'c', inReplyTo: 'm1' }, new AbortController().signal);
  expect(typing).toHaveBeenCalledWith(expect.objectContaining({ conversation: 'c', inReplyTo: 'm1' }));
  await vi.advanceTimersByTimeAsync(lasts - 1);
  expect(typing).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(typing).toHaveBeenCalledTimes(2);
  end();
  await vi.advanceTimersByTimeAsync(3 * lasts);
  expect(typing).toHaveBeenCalledTimes(2);
});
