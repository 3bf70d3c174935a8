import { runTool, type ToolOptions } from '../run-tool.ts';
import type { Terminal } from '../terminal.ts';
import { UserError } from '../user-error.ts';

/** Commands of one Go module at one version. */
export interface GoBuild {
  /** What they are, for people: "Temporal's …". */
  what: string;
  module: string;
  version: string;
  /** Their folders in the module. */
  commands: string[];
}

export interface BuildOptions {
  /** What Go reads. */
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  stop: AbortSignal;
}

/** Builds commands into a folder with Go, each named as its own folder is. Throws a UserError with Go's last words. */
export async function buildWithGo(
  go: string,
  directory: string,
  build: GoBuild,
  { env, terminal, stop }: BuildOptions,
): Promise<void> {
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

  const { what, module, version, commands } = build;
  terminal.line(`Building ${what} with Go: some minutes, this one time.`);
  show();
  try {
    total = await countPackages(go, build, { ...inDirectory, onErrorLine });
    packages = 0;
    const targets = commands.map((command) => `${module}/${command}@${version}`);
    await runTool(go, ['install', '-v', ...targets], { ...inDirectory, givesWay: true, onErrorLine });
  } catch (error) {
    stop.throwIfAborted();
    throw new UserError(`${what} cannot be built by Go:\n${(error as Error).message}`);
  } finally {
    terminal.settle();
  }
}

/** How many packages the build has; undefined if that cannot be told, which only costs the bar. */
async function countPackages(
  go: string,
  { module, version, commands }: GoBuild,
  options: ToolOptions,
): Promise<number | undefined> {
  try {
    const download = await runTool(go, ['mod', 'download', '-json', `${module}@${version}`], options);
    const folders = commands.map((command) => `./${command}`);
    const list = await runTool(go, ['list', '-deps', ...folders], {
      ...options,
      cwd: JSON.parse(download).Dir,
    });
    return list.trim().split('\n').length;
  } catch {
    options.stop.throwIfAborted();
    return undefined;
  }
}
