import { lstat, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { ToolError } from '../tool.ts';
import { fileError } from './file-error.ts';

/** The folder that the tools work in. File tools name nothing outside of it. */
export class Workspace {
  readonly #root: string;

  /** A relative path is one of the working directory. */
  constructor(root: string) {
    this.#root = path.resolve(root);
  }

  /** Its real path. It is made if it is not there. */
  async folder(): Promise<string> {
    try {
      await mkdir(this.#root, { recursive: true });
      return await realpath(this.#root);
    } catch (error) {
      throw fileError(error, 'the workspace folder');
    }
  }

  /**
   * The real path of what `name` means in the workspace, which need not be there. Throws {@link ToolError} for an absolute
   * path and for one that leaves the workspace, by `..` or by a symbolic link at any place.
   */
  async locate(name: string): Promise<string> {
    if (name.includes('\0')) throw new ToolError('a path cannot contain a NUL character');
    if (path.isAbsolute(name))
      throw new ToolError(`"${name}" is an absolute path; give one relative to the workspace folder`);
    const root = await this.folder();
    const file = path.resolve(root, name);
    if (!contains(root, file)) throw outside(name);
    try {
      return await this.#real(root, file, name);
    } catch (error) {
      throw fileError(error, name);
    }
  }

  async #real(root: string, file: string, name: string): Promise<string> {
    const real = await realpathIfThere(file);
    if (real === undefined)
      return path.join(await this.#real(root, path.dirname(file), name), path.basename(file));
    if (!contains(root, real)) throw outside(name);
    return real;
  }
}

/** Undefined for what is not there. A link to nothing is there: what is written to it would be made where it points. */
async function realpathIfThere(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const link = await lstat(file).catch(() => undefined);
    if (link) throw new ToolError(`"${path.basename(file)}" is a link to nothing`);
    return undefined;
  }
}

function contains(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`);
}

function outside(name: string): ToolError {
  return new ToolError(`"${name}" leads out of the workspace folder; only what is in it can be reached`);
}
