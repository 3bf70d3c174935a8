/** Aborts at Ctrl-C or another signal to end, and when nobody reads any more what is written (`| head`). */
export function untilStopped(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  process.stdout.on('error', () => stop.abort());
  return stop.signal;
}
