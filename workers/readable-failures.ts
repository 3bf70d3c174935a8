import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { wellFormed } from '../contract/well-formed.ts';

/**
 * What an activity throws as Temporal can carry it. A failure is text of protobuf, which must be Unicode: half a character in the message
 * of a tool's or a provider's error would end the worker, and the next one, at every attempt.
 */
export const readableFailures: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        for (let one = error; one instanceof Error; one = one.cause) {
          one.message = wellFormed(one.message);
          one.stack = wellFormed(one.stack ?? '');
        }
        throw error;
      }
    },
  },
});
