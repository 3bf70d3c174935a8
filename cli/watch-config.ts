import { type Stats, unwatchFile, watchFile } from 'node:fs';

const POLL_MS = 250;
/** Editors write a file in several steps. */
const QUIET_MS = 200;

/**
 * Calls `reload` after the config file changed, appeared or went, one call at a time. Polls, because file events do
 * not reach into every container's volumes. Returns what ends the watch.
 */
export function watchConfig(file: string, reload: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let reloading = Promise.resolve();
  const onChange = (now: Stats, before: Stats) => {
    // A file that is not there is reported once.
    if (now.mtimeMs === before.mtimeMs) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      reloading = reloading.then(reload);
    }, QUIET_MS);
  };
  watchFile(file, { interval: POLL_MS }, onChange);
  return () => {
    clearTimeout(timer);
    unwatchFile(file, onChange);
  };
}
