import type { Approval, Tool } from '../tool.ts';
import { editFile } from './edit-file.ts';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { searchFiles } from './search-files.ts';
import { shell } from './shell.ts';
import { Workspace } from './workspace.ts';
import { writeFile } from './write-file.ts';

/** A call that can change something. */
export type WorkspaceChange =
  | { tool: 'shell'; command: string }
  | { tool: 'write_file' | 'edit_file'; path: string };

/** What {@link workspaceTools} takes. */
export interface WorkspaceOptions {
  /** The folder to work in, relative to the working directory. It is made if it is not there. */
  root: string;
  /** Whether an approver must allow a command or a change to a file before it happens; `ask` if not given. */
  approval?: Approval<WorkspaceChange>;
  /** Added to the environment of commands, which get nothing else of holdfast's but PATH, HOME and the like. */
  env?: Record<string, string>;
}

/**
 * The tools `shell`, `read_file`, `write_file`, `edit_file`, `list_files` and `search_files` for `agent.tools` in
 * holdfast.config.ts. Throws TypeError naming the option that is wrong.
 */
export function workspaceTools({ root, approval = 'ask', env = {} }: WorkspaceOptions): Tool[] {
  if (typeof root !== 'string' || root === '')
    throw new TypeError('workspaceTools: root must be the path of a folder, for instance ./work');
  if (Object.values(env).some((value) => typeof value !== 'string'))
    throw new TypeError('workspaceTools: env must have only strings as values');
  const workspace = new Workspace(root);
  const approvalOf = <Input>(change: (input: Input) => WorkspaceChange): Approval<Input> =>
    typeof approval === 'function' ? (input) => approval(change(input)) : approval;
  return [
    shell(workspace, { approval: approvalOf(({ command }) => ({ tool: 'shell', command })), env }),
    readFile(workspace),
    writeFile(
      workspace,
      approvalOf(({ path }) => ({ tool: 'write_file', path })),
    ),
    editFile(
      workspace,
      approvalOf(({ path }) => ({ tool: 'edit_file', path })),
    ),
    listFiles(workspace),
    searchFiles(workspace),
  ];
}
