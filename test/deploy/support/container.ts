import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { Child } from '../../support/child.ts';
import { check, type Verdict } from './check.ts';
import type { Image } from './image.ts';

/** What may be written to: all else is read-only, as Kubernetes has it with `readOnlyRootFilesystem`. */
const WRITABLE = ['/tmp', '/var/lib/holdfast/run', '/var/lib/holdfast/listen'];

/** A running image: with its own files and processes, and the network of this machine. */
export class Container extends Child {
  readonly #image: Image;
  readonly #env: string[];

  private constructor(script: string, image: Image, env: string[]) {
    super('unshare', ['--mount', '--pid', '--fork', 'sh', '-ec', script], {
      PATH: process.env.PATH,
    });
    this.#image = image;
    this.#env = env;
  }

  /** Runs it as its Dockerfile says: the user, the environment with these variables over it, the entry point. */
  static async run(
    image: Image,
    scratch: string,
    role: string[],
    env: Record<string, string>,
  ): Promise<Container> {
    const { Env, Entrypoint, Cmd, User, WorkingDir } = image.config;
    const variables = [...Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
    const root = await mkdtemp(path.join(scratch, 'container-'));
    const command = [...Entrypoint, ...(role.length > 0 ? role : Cmd)].join(' ');
    const script = `
      mount --bind ${image.root} ${root}
      mount -o remount,bind,ro ${root}
      mount -t proc proc ${root}/proc
      mount --rbind /dev ${root}/dev
      ${WRITABLE.map((folder) => `mount -t tmpfs -o mode=1777 tmpfs ${root}${folder}`).join('\n')}
      exec chroot --userspec=${User} ${root} env -i -C ${WorkingDir} ${variables.join(' ')} ${command}`;
    return new Container(script, image, variables);
  }

  /** The id of its first process, as this machine sees it. */
  get inside(): number {
    return Number(readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8'));
  }

  /** Ends all of it: its first process takes the others along. */
  override async kill(): Promise<void> {
    const inside = this.ended ? 0 : this.inside;
    if (inside === 0) return super.kill();
    process.kill(inside, 'SIGKILL');
    await this.gone;
  }

  /** What its HEALTHCHECK says. */
  health(): Verdict {
    const { Healthcheck, WorkingDir } = this.#image.config;
    const [, ...test] = Healthcheck.Test;
    const into = ['--target', String(this.inside), '--mount', '--pid', '--root'];
    return check('nsenter', [...into, 'env', '-i', '-C', WorkingDir, ...this.#env, ...test]);
  }
}
