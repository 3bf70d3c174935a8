import type { MetricMeter } from '@temporalio/common';
import type { Scan } from './scan.ts';

/** What the watch tells by metrics. */
export interface Meters {
  scanned(scan: Pick<Scan, 'failing' | 'retrying'>): void;
  gaveUp(messages: number): void;
  /** What fails, and is left to the operator. */
  leftAlone(workflows: number): void;
}

/** Metrics that go out with those of Temporal's SDK. docs/doctor.md has the alerts on them. */
export function createMeters(meter: MetricMeter): Meters {
  const failing = meter.createGauge('holdfast_workflows_failing', 'int', '', 'their workflow task fails');
  const retrying = meter.createGauge('holdfast_activities_retrying', 'int', '', 'tried for long');
  const alone = meter.createGauge(
    'holdfast_workflows_left_to_operator',
    'int',
    '',
    'fail, and cannot be healed',
  );
  const gaveUp = meter.createCounter(
    'holdfast_messages_given_up_total',
    '',
    'given up, and their sender told',
  );
  // What has not happened yet is told, too: an alert on what there is nothing of says nothing.
  const HOW = ['differs', 'throws', 'lost'];
  for (const how of HOW) failing.set(0, { how });
  retrying.set(0);
  alone.set(0);
  gaveUp.add(0);
  return {
    scanned(scan) {
      for (const how of HOW) failing.set(scan.failing.filter((one) => one.how === how).length, { how });
      retrying.set(scan.retrying.length);
    },
    gaveUp: (messages) => gaveUp.add(messages),
    leftAlone: (workflows) => alone.set(workflows),
  };
}
