import path from 'node:path';
import { runTool, type ToolOptions } from '../run-tool.ts';
import { UserError } from '../user-error.ts';
import { TEMPORAL_VERSION } from './cache.ts';
import type { FindOptions } from './find.ts';

const MODULE = 'github.com/temporalio/cli';
const COMMAND = './cmd/temporal';

/** Builds Temporal's command line into a folder with Go; returns the file. Throws a UserError with Go's last words. */
export async function buildTemporal(
  go: string,
  directory: string,
  { env, terminal, stop }: FindOptions,
): Promise<string> {
  const inDirectory: ToolOptions = { cwd: directory, env: { ...env, GOBIN: directory, GOWORK: 'off' }, stop };
  let downloads = 0;
  let packages = 0;
  let total: number | undefined;

  // Go writes `go: downloading <module>` and, with -v, each package when its compilation begins.
  const onErrorLine = (line: string) => {
    if (line.startsWith('go: downloading ')) downloads++;
    else if (/^[\w./~-]+$/.test(line)) packages++;
    else return;
    show();
  };
  const show = () => {
    if (packages === 0) return terminal.progress(`Building: ${downloads} modules downloaded`);
    const of = total ? ` of ${total}` : '';
    const fraction = total ? Math.min(packages / total, 1) : undefined;
    terminal.progress(`Building: ${packages}${of} packages`, fraction);
  };

  terminal.line("Building Temporal's development server with Go: some minutes, this one time.");
  show();
  try {
    total = await countPackages(go, { ...inDirectory, onErrorLine });
    packages = 0;
    await runTool(go, ['install', '-v', `${MODULE}/cmd/temporal@${TEMPORAL_VERSION}`], {
      ...inDirectory,
      onErrorLine,
    });
  } catch (error) {
    stop.throwIfAborted();
    throw new UserError(`Temporal's development server cannot be built by Go:\n${(error as Error).message}`);
  } finally {
    terminal.settle();
  }
  return path.join(directory, 'temporal');
}

/** How many packages the build has; undefined if that cannot be told, which only costs the bar. */
async function countPackages(go: string, options: ToolOptions): Promise<number | undefined> {
  try {
    const module = JSON.parse(
      await runTool(go, ['mod', 'download', '-json', `${MODULE}@${TEMPORAL_VERSION}`], options),
    );
    const list = await runTool(go, ['list', '-deps', COMMAND], { ...options, cwd: module.Dir });
    return list.trim().split('\n').length;
  } catch {
    options.stop.throwIfAborted();
    return undefined;
  }
}
