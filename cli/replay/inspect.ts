import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import inspector from 'node:inspector';
import { tmpdir } from 'node:os';
import path from 'node:path';
import proto from '@temporalio/proto';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { readEnvironment } from '../../config/environment.ts';
import { temporalConnectConfig } from '../../config/temporal.ts';
import { attributesOf, encoded } from '../../doctor/history.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';
import type { Terminal } from '../terminal.ts';
import { UserError } from '../user-error.ts';
import { type RecordedRun, readRuns } from './read-runs.ts';

/**
 * `replay --inspect`: waits for a debugger at this port of 127.0.0.1, and then runs the newest run here, which stops where the workflow
 * begins. Throws UserError, also where this version does something else.
 */
export async function inspectRun(
  env: NodeJS.ProcessEnv,
  source: string,
  { port, aside }: { port: number; aside: Terminal },
): Promise<string> {
  const run = (await readRuns(env, source, aside)).at(-1);
  if (!run) throw new UserError(`${source} has no run.`);
  aside.progress('Bundling the workflow code');
  const code = await readFile(
    await workflowBundle(
      `${readEnvironment(env).HOLDFAST_HOME}/cache`,
      temporalConnectConfig(env).dataConverter,
    ),
    'utf8',
  );
  aside.settle();
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-replay-'));
  try {
    const codePath = path.join(folder, 'workflows.js');
    await writeFile(codePath, stoppingAt(typeOf(run), code));
    aside.line(
      `Run ${run.runId} of ${run.workflowId} waits for a debugger: open chrome://inspect, or attach your editor to port ${port}.`,
    );
    inspector.open(port, '127.0.0.1');
    inspector.waitForDebugger();
    return await replayHere(codePath, run);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In this thread and without limits of time: somebody steps through it. */
async function replayHere(codePath: string, { workflowId, events }: RecordedRun): Promise<string> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
  const history = proto.temporal.api.history.v1.History.decode(encoded(events));
  try {
    await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowId);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
  return 'OK: this version does what the history tells.';
}

function typeOf({ events: [started] }: RecordedRun): string {
  return (started && attributesOf(started).workflowType?.name) ?? '';
}

/** The bundled code with a stop where workflows of this type begin. */
function stoppingAt(type: string, code: string): string {
  const beginning = new RegExp(`\\basync function ${type}\\([^)]*\\) \\{`);
  if (!beginning.test(code)) throw new UserError(`This version has no workflow "${type}".`);
  return code.replace(beginning, '$& debugger;');
}
