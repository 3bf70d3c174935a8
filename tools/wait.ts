import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { defineTool } from './define-tool.ts';

const MAX_SECONDS = 3600;

/** Waits, saying each second how it goes. */
export const wait = defineTool({
  name: 'wait',
  description: 'Wait for a number of seconds, then go on. Use it only when the user asks to wait.',
  input: z.object({
    seconds: z.number().min(0).max(MAX_SECONDS).describe('how long, in seconds; at most an hour'),
  }),
  effect: 'read',
  timeoutMs: (MAX_SECONDS + 60) * 1000,
  async run({ seconds }, { signal, progress }) {
    const start = performance.now();
    for (;;) {
      const passed = (performance.now() - start) / 1000;
      if (passed >= seconds) return `Waited ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
      progress(`${Math.floor(passed)} of ${seconds} s`);
      await delay(Math.min(1, seconds - passed) * 1000, undefined, { signal });
    }
  },
});
