import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { errorMessage, SdkComponent } from '@temporalio/common';
import { DefaultLogger, makeTelemetryFilterString, Runtime, type RuntimeOptions } from '@temporalio/worker';
import { ConfigError, type Environment } from '../config/environment.ts';
import type { Log } from '../config/log.ts';
import { logLine } from './log-line.ts';

/** Upper bounds of the buckets of our own histograms (workflows/meters.ts): the SDK's are in milliseconds. */
const HISTOGRAMS = {
  holdfast_turn_duration_seconds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200],
  holdfast_turn_added_seconds: [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  holdfast_model_cost_dollars: [0.0001, 0.001, 0.01, 0.1, 1, 10],
};

/** How the SDK's core says that a workflow task failed, and where. */
const TASK_FAILED = 'Failing workflow task';
const TASK_FAILED_IN = 'temporalio_sdk_core::worker::workflow';
/** How it says what is meant: only the queue of conversations has workflows. */
const NO_WORKFLOWS = 'No workflows registered, not polling for workflow tasks';

/**
 * Temporal's SDK in this process, ended by SIGTERM and SIGINT. With HOLDFAST_METRICS_PORT its metrics and our own can be scraped.
 * `taskFailed` is called when a workflow task has failed here. Throws {@link ConfigError}.
 */
export async function installRuntime(
  { HOST, HOLDFAST_METRICS_PORT: port }: Environment,
  log: Log,
  taskFailed: () => void,
): Promise<void> {
  const metrics =
    port === undefined
      ? {}
      : {
          metrics: {
            prometheus: { bindAddress: await at(HOST, port), histogramBucketOverrides: HISTOGRAMS },
          },
        };
  const { telemetryOptions, ...options } = runtimeOptions(log, taskFailed);
  try {
    Runtime.install({
      ...options,
      telemetryOptions: { ...telemetryOptions, ...metrics },
      shutdownSignals: ['SIGTERM', 'SIGINT'],
    });
  } catch (error) {
    if (port === undefined) throw error;
    throw new ConfigError(
      `HOLDFAST_METRICS_PORT: ${port} cannot be listened on at ${HOST}: ${errorMessage(error)}`,
    );
  }
}

/** Temporal's SDK as every worker has it: its log goes to ours. `taskFailed` is called when a workflow task has failed here. */
export function runtimeOptions(log: Log, taskFailed: () => void): RuntimeOptions {
  return {
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      if (level === 'WARN' && meta?.['sdkComponent'] === SdkComponent.core) {
        // What fails is in its history, and the watch says so once it goes on failing.
        if (message === TASK_FAILED) taskFailed();
        return;
      }
      if (message === NO_WORKFLOWS) return;
      log[level === 'ERROR' ? 'error' : 'warn'](logLine(meta, log.isLevelEnabled('debug')), message);
    }),
    telemetryOptions: {
      logging: {
        filter: `${makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' })},${TASK_FAILED_IN}=WARN`,
        forward: {},
      },
    },
  };
}

/** The SDK takes no names. */
async function at(host: string, port: number): Promise<string> {
  const { address } = await lookup(host);
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
