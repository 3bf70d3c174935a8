import type { MetricCounter } from '@temporalio/common';
import { type ActivityInterceptorsFactory, Runtime } from '@temporalio/worker';

/** Counts each attempt of an activity that follows another one. */
export function countRetries(): ActivityInterceptorsFactory {
  let retries: MetricCounter | undefined;
  // On Lambda, the SDK is not installed before its worker is made.
  const counter = () =>
    (retries ??= Runtime.instance().metricMeter.createCounter(
      'holdfast_activity_retries_total',
      '',
      'attempts of activities after their first',
    ));
  return ({ info: { attempt, activityType: activity } }) => ({
    inbound: {
      execute(input, next) {
        if (attempt > 1) counter().add(1, { activity });
        return next(input);
      },
    },
  });
}
