import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Which of these processes holds the near end of a connection to us, by its port on 127.0.0.1. Undefined where the system has no
 * /proc, or when it is gone already.
 */
export function processOf(port: number, pids: readonly number[]): number | undefined {
  try {
    const inode = inodeOf(port);
    return inode === undefined ? undefined : pids.find((pid) => holds(pid, `socket:[${inode}]`));
  } catch {
    return undefined;
  }
}

function inodeOf(port: number): string | undefined {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[1] === local) return fields[9];
  }
  return undefined;
}

function holds(pid: number, link: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return names(folder).some((name) => target(`${folder}/${name}`) === link);
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function target(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
