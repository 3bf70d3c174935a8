import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { buildWithGo, type GoBuild } from '../../../cli/temporal/build.ts';
import { cacheFolder, intoCache } from '../../../cli/temporal/cache.ts';
import { isExecutable, onPath } from '../../../cli/temporal/executable.ts';
import { createTerminal } from '../../../cli/terminal.ts';
import { lock } from '../../support/lock.ts';

const BUILDS = {
  helm: { what: 'Helm', module: 'helm.sh/helm/v3', version: 'v3.22.0', commands: ['cmd/helm'] },
  compose: {
    what: "the Compose specification's checker",
    module: 'github.com/compose-spec/compose-go/v2',
    version: 'v2.16.2',
    commands: ['cmd'],
  },
} satisfies Record<string, GoBuild>;
type Tool = keyof typeof BUILDS;

export const TOOLS = Object.keys(BUILDS) as Tool[];

const goPath = onPath('go', process.env.PATH);

/** Why tests that need such a tool are skipped; undefined if they are not. An error where tests must not be skipped (CI=true). */
export function missingOfGoTools(): string | undefined {
  if (goPath || TOOLS.every((tool) => isExecutable(pathOf(tool)))) return undefined;
  const why = 'Go builds what checks it: https://go.dev/dl';
  if (process.env.CI === 'true') throw new Error(why);
  return why;
}

function pathOf(tool: Tool): string {
  const { version, commands } = BUILDS[tool];
  return path.join(cacheFolder(process.env), `${tool}-${version}`, path.basename(commands[0] ?? ''));
}

/** The tool from the cache, or built by Go into it: a minute or two, once. */
export async function goTool(tool: Tool): Promise<string> {
  const file = pathOf(tool);
  const unlock = await lock(`${path.dirname(file)}.lock`);
  try {
    if (!isExecutable(file)) await build(path.dirname(file), BUILDS[tool]);
  } finally {
    unlock();
  }
  return file;
}

async function build(folder: string, module: GoBuild): Promise<void> {
  const go = goPath;
  if (!go) throw new Error(missingOfGoTools());
  await intoCache(folder, async (directory) => {
    const built = path.join(directory, 'built');
    mkdirSync(built);
    const terminal = createTerminal(process.stderr);
    await buildWithGo(go, built, module, { env: process.env, terminal, stop: new AbortController().signal });
    return built;
  });
}

/** The folder of a Go module's files, downloaded if need be. */
export function filesOfModule(module: string, version: string): string {
  const told = execFileSync(goPath ?? 'go', ['mod', 'download', '-json', `${module}@${version}`], {
    encoding: 'utf8',
    env: { ...process.env, GOWORK: 'off' },
  });
  return (JSON.parse(told) as { Dir: string }).Dir;
}
