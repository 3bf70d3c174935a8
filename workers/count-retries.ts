import { type ActivityInterceptorsFactory, Runtime } from '@temporalio/worker';

/** Counts each attempt of an activity that follows another one. */
export function countRetries(): ActivityInterceptorsFactory {
  const retries = Runtime.instance().metricMeter.createCounter(
    'holdfast_activity_retries_total',
    '',
    'attempts of activities after their first',
  );
  return ({ info: { attempt, activityType: activity } }) => ({
    inbound: {
      execute(input, next) {
        if (attempt > 1) retries.add(1, { activity });
        return next(input);
      },
    },
  });
}
