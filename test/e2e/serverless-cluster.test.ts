import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findCluster } from '../../cli/cluster/find-cluster.ts';
import { createTerminal } from '../../cli/terminal.ts';
import { DEPLOYMENT } from '../../contract/queues.ts';
import { FakeLambdaApi } from '../fakes/lambda-api.ts';
import { eventually } from '../support/eventually.ts';
import { LambdaEnvironment } from '../support/lambda-function.ts';
import { buildLambda, unpacked } from '../support/lambda-zips.ts';
import { missingOfCluster } from '../support/missing-of-cluster.ts';
import { plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { worldEnvironment } from '../support/world-environment.ts';

const VERSION = 'lambda-1';
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:holdfast-worker';
const TIMEOUT_MS = 20_000;
const BUILD_MS = 15 * 60_000;
const missing = await missingOfCluster(inject('scratch'));

/** Temporal's production server with its worker controller on, and nobody who starts a worker: the server calls the function, by an API that stands in for AWS's. */
describe.skipIf(missing)(`functions that Temporal calls${missing ? ` (${missing})` : ''}`, () => {
  let scene: Scene;
  let api: FakeLambdaApi;
  let worker: string;
  const environments: LambdaEnvironment[] = [];

  beforeAll(async () => {
    api = await FakeLambdaApi.start(ARN, invoke);
    const cluster = await findCluster(path.join(inject('scratch'), 'functions'), {
      env: process.env,
      terminal: createTerminal(process.stderr),
      stop: new AbortController().signal,
    });
    scene = await startScene({
      cluster,
      withoutWorkers: true,
      dynamicConfig: {
        'workercontroller.enabled': true,
        'workercontroller.compute_providers.enabled': ['aws-lambda'],
        'workercontroller.scaling_algorithms.enabled': ['no-sync'],
        // Only AWS itself can say who may assume a role.
        'workercontroller.compute_providers.aws.require_role_and_external_id': false,
      },
      temporalEnv: {
        AWS_ENDPOINT_URL: api.url,
        AWS_ACCESS_KEY_ID: 'id-of-the-tests',
        AWS_SECRET_ACCESS_KEY: 'key-of-the-tests',
        AWS_REGION: 'eu-central-1',
      },
    });
    const out = await mkdtemp(path.join(inject('scratch'), 'lambda-'));
    await buildLambda(out);
    worker = await unpacked(out, 'worker');
    await register();
  }, BUILD_MS);
  afterAll(async () => {
    await scene?.stop();
    for (const environment of environments) await environment.kill();
    await api?.close();
  });

  function invoke(): void {
    const environment = new LambdaEnvironment({
      root: worker,
      handler: 'lambda.handler',
      env: {
        ...worldEnvironment(scene.model, scene.ledger),
        TELEGRAM_BOT_TOKEN: '123456:token-of-the-tests',
        TELEGRAM_WEBHOOK_SECRET: 'secret-of-the-tests',
        TELEGRAM_API_BASE_URL: scene.telegram.url,
        TEMPORAL_ADDRESS: scene.stack.temporalAddress,
        HOLDFAST_VERSION: VERSION,
      },
    });
    environments.push(environment);
    environment.invoke({}, TIMEOUT_MS).then(
      () => environment.kill(),
      () => environment.kill(),
    );
  }

  /** What docs/serverless.md has `temporal worker deployment create`, `create-version` and `set-current-version` do. */
  async function register(): Promise<void> {
    const { workflowService } = scene.stack.client;
    const of = { namespace: 'default', identity: 'tests' };
    await workflowService.createWorkerDeployment({ ...of, deploymentName: DEPLOYMENT, requestId: '1' });
    await workflowService.createWorkerDeploymentVersion({
      ...of,
      requestId: '2',
      deploymentVersion: { deploymentName: DEPLOYMENT, buildId: VERSION },
      computeConfig: {
        scalingGroups: {
          default: {
            provider: { type: 'aws-lambda', details: defaultPayloadConverter.toPayload({ arn: ARN }) },
          },
        },
      },
    });
    await eventually(async () => {
      await workflowService.setWorkerDeploymentCurrentVersion({
        ...of,
        deploymentName: DEPLOYMENT,
        buildId: VERSION,
        ignoreMissingTaskQueues: true,
        allowNoPollers: true,
      });
      return true;
    });
  }

  const shown = (chat: number) => scene.telegram.messages(chat, 'bot').map(({ text }) => text);

  it('answers a message that comes while nothing runs, and finishes what a killed invocation began', async () => {
    const { telegram, ledger } = scene;
    await telegram.say(9300, 'hello').delivered;
    await eventually(() => shown(9300).length === 1, { ms: 90_000, what: 'the first reply' });
    expect(shown(9300)).toEqual(['echo: hello [heard 1]']);
    expect(api.invocations).toBeGreaterThan(0);

    await telegram.say(9300, plan({ steps: [[['set_value', { holdMs: 3_000 }]]] })).delivered;
    await ledger.begun('set_value');
    for (const environment of environments) await environment.kill();
    await eventually(() => shown(9300).length === 2, { ms: 120_000, what: 'the second reply' });
    expect(shown(9300)).toEqual(['echo: hello [heard 1]', 'done [heard 2]']);
    expect(new Set(ledger.of('set_value', 'begin').map(({ key }) => key)).size).toBe(1);
  }, 240_000);
});
