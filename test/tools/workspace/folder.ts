import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import type { Tool, ToolContext } from '../../../tools/tool.ts';
import { type WorkspaceOptions, workspaceTools } from '../../../tools/workspace/workspace-tools.ts';
import { toolContext } from '../context.ts';

/** A folder with a workspace `root` in it, so that there is something outside. */
export interface TestFolder {
  outside: string;
  root: string;
  tool(name: string): Tool;
  /** Runs a tool as it would be: its input checked first. */
  run(name: string, input: object, context?: Partial<ToolContext>): Promise<string>;
}

export async function testFolder(
  files: Record<string, string | Buffer> = {},
  options: Partial<WorkspaceOptions> = {},
): Promise<TestFolder> {
  const outside = await realpath(await mkdtemp(path.join(inject('scratch'), 'workspace-')));
  const root = path.join(outside, 'root');
  await mkdir(root);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
  const tools = workspaceTools({ root, ...options });
  const tool = (name: string) => tools.find((one) => one.name === name) as Tool;
  return {
    outside,
    root,
    tool,
    async run(name, input, context) {
      const { input: schema, run } = tool(name);
      return (await run(schema.parse(input), toolContext(context))) as string;
    },
  };
}
