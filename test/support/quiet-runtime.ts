import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** Tests fail activities on purpose; what the SDK logs of it would bury the tests' own words. */
export function quietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
}
