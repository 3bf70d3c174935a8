import { createHash } from 'node:crypto';

const LONGEST = 64;
const HASH = 8;

/** What all names of a server's tools begin with, before a `_`. */
export function prefixOf(server: string): string {
  return server.replace(/[^A-Za-z0-9_]/g, '_');
}

/**
 * `{server}_{tool}` for each tool, in the letters that names of tools have. A name that does not fit, or that another tool has,
 * ends with a hash of the tool's own name instead: it depends neither on the order of the tools nor on when they are listed.
 */
export function nameTools(
  server: string,
  tools: readonly string[],
  taken: ReadonlySet<string>,
): Map<string, string> {
  const prefix = prefixOf(server);
  const plain = (tool: string) => `${prefix}_${prefixOf(tool)}`;
  const counts = new Map<string, number>();
  for (const tool of tools) counts.set(plain(tool), (counts.get(plain(tool)) ?? 0) + 1);

  const names = new Map<string, string>();
  const used = new Set(taken);
  const give = (tool: string, name: string) => {
    if (used.has(name)) return;
    used.add(name);
    names.set(tool, name);
  };
  const isPlain = (tool: string) =>
    plain(tool).length <= LONGEST &&
    !taken.has(plain(tool)) &&
    (counts.get(plain(tool)) === 1 || prefixOf(tool) === tool);
  for (const tool of tools) if (isPlain(tool)) give(tool, plain(tool));
  for (const tool of tools) if (!isPlain(tool)) give(tool, hashed(plain(tool), tool));
  return names;
}

function hashed(plain: string, tool: string): string {
  const hash = createHash('sha256').update(tool).digest('hex').slice(0, HASH);
  return `${plain.slice(0, LONGEST - HASH - 1)}_${hash}`;
}
